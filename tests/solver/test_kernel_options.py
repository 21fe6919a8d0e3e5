"""Python may not call a kernel that was compiled without Python's wrapper: the process would end at once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("solver", "tests/solver", "tests/bench")
KERNELS = ("inner_kernel", "outer_kernel", "njit")


def trees() -> Iterator[tuple[str, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def is_decorated(node: ast.AST, names: tuple[str, ...]) -> bool:
    """Whether a function has a decorator of one of these names."""
    if not isinstance(node, ast.FunctionDef):
        return False
    return any(name in ast.unparse(decorator) for decorator in node.decorator_list for name in names)


def inner_kernels(modules: dict[str, ast.Module]) -> set[tuple[str, str]]:
    return {
        (module, node.name)
        for module, tree in modules.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and is_decorated(node, ("inner_kernel",))
    }


def calls_from_python(node: ast.AST, known: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The functions of `known` that are called in a tree, but for those called in kernels."""
    for child in ast.iter_child_nodes(node):
        if is_decorated(child, KERNELS):
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in known:
            yield known[child.func.id]
        yield from calls_from_python(child, known)


def names_in(module: str, tree: ast.Module, kernels: set[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """What the names of a module that are inner kernels stand for."""
    own = {name: (module, name) for home, name in kernels if home == module}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found = [(alias.asname or alias.name, (node.module or "", alias.name)) for alias in node.names]
            own |= {name: kernel for name, kernel in found if kernel in kernels}
    return own


def test_no_python_calls_a_kernel_that_only_kernels_can_call() -> None:
    modules = dict(trees())
    kernels = inner_kernels(modules)
    assert len(kernels) > 50
    wrong = {
        (module, *kernel)
        for module, tree in modules.items()
        for kernel in calls_from_python(tree, names_in(module, tree, kernels))
    }
    assert wrong == set()
