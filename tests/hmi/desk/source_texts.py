"""Reads the desk's sources for texts: those handed to the translation, and those that should have been."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CALLS = {"tr", "translate", "QT_TRANSLATE_NOOP"}
SHOWS = re.compile(
    r"set(\w*Text|\w*Title|ToolTip|StatusTip|Accessible\w+|Labels?|Suffix|Prefix|\w*Header\w*)"
    r"|(add|insert)(Tab|Row|Action|Menu|Item|Items|Section)"
    r"|Q(Label|PushButton|ToolButton|CheckBox|RadioButton|GroupBox|Menu|Action|MessageBox|FileDialog)"
    r"|show_(texts?|state|entries)|inform|warn|getText|getItem|getSaveFileName"
)
NOT_WORDS = {"kW", "kWh", "CSV", "csv", "left", "bottom"}  # units, names, and what pyqtgraph calls its axes


@dataclass(frozen=True)
class Found:
    """A text in a source file."""

    place: str
    context: str
    text: str


def translated(path: Path) -> Iterator[Found]:
    """Every text handed to the translation, under the context that is looked up at run time."""
    yield from _translated(ast.parse(path.read_text("utf-8")), path.name, "")


def shown_as_they_are(path: Path) -> Iterator[Found]:
    """Literal words handed straight to something that shows them."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and SHOWS.fullmatch(_name(node)):
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                for text in _literals(argument):
                    if set(re.findall(r"[A-Za-z]{2,}", text)) - NOT_WORDS:
                        yield Found(f"{path.name}:{node.lineno}", _name(node), text)


def _translated(node: ast.AST, file: str, owner: str) -> Iterator[Found]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.ClassDef) else owner
        if isinstance(child, ast.Call) and _name(child) in CALLS:
            yield _text_of(child, f"{file}:{child.lineno}", inside)
        yield from _translated(child, file, inside)


def _text_of(call: ast.Call, place: str, owner: str) -> Found:
    if _name(call) == "tr":
        assert isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name), place
        assert call.func.value.id == "self" and owner, f"{place}: only `self.tr` in a class finds its context"
        return Found(place, owner, _literal(call.args[0], place))
    if isinstance(call.args[1], ast.Call):  # the one place that looks up what a table holds
        return Found(place, "", "")
    return Found(place, _literal(call.args[0], place), _literal(call.args[1], place))


def _literal(node: ast.expr, place: str) -> str:
    assert isinstance(node, ast.Constant) and isinstance(node.value, str), f"{place}: not a literal text"
    return node.value


def _literals(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from _literals(part)
        case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, right=other):
            yield from _literals(one)
            yield from _literals(other)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
