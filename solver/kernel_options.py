"""How kernels are compiled that only other kernels call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def inner_kernel(kernel: Kernel) -> Kernel:
    """Compiles a kernel without the wrappers that Python would need to call it.

    With tuples of many arrays they take half of the time of compiling (four functions: 1.5 s to 0.8 s).
    """
    from numba import njit

    compiled: Kernel = njit(cache=True, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(kernel)  # type: ignore[call-overload]
    return compiled
