"""Numbers as files write them: either decimal mark, thousands, a unit behind, and what stands for none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MISSING = {
    "",
    "nan",
    "na",
    "n/a",
    "null",
    "none",
    "nil",
    "-",
    "--",
    "---",
    "?",
    ".",
    "*",
    "x",
    "\\n",
    "<null>",
}
MISSING |= {"#n/a", "#na", "#nv", "#value!", "#ref!", "#div/0!", "#wert!", "k.a.", "n.v.", "n.a.", "undef"}
MISSING |= {
    "no data",
    "nodata",
    "no_data",
    "missing",
    "error",
    "err",
    "bad",
    "bad input",
    "invalid",
    "offline",
}
MISSING |= {"timeout", "i/o timeout", "not available", "unavailable", "unknown", "void", "empty"}
STANDS_FOR_NONE = (-999.0, -999.9, -9999.0, -99999.0, -999999.0, -32768.0)  # no machine feeds back just that
UNIT = re.compile(r"(?<=[\d.,])\s*([kM]?)Wh?$", re.IGNORECASE)  # behind a number
UNIT_KW = {"": 0.001, "k": 1.0, "m": 1000.0}


class NotANumberError(ValueError):
    """A cell that should be a number: `row` says which."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def is_number(text: str) -> bool:
    """Whether a cell is a number, with either decimal mark, also with a unit of power or energy behind."""
    plain = UNIT.sub("", text.strip())
    return bool(re.fullmatch(r"[-+]?[\d.,\s']*\d([eE][-+]?\d+)?", plain))


def numbers(texts: Sequence[str], factor: float) -> npt.NDArray[np.float64]:
    """The cells of a column times `factor`, float64[n], NaN where there is none; raises NotANumberError.

    A unit behind every number counts instead of the factor.
    """
    units = {found[1].lower() for text in texts if (found := UNIT.search(text))}
    if len(units) == 1:
        factor = UNIT_KW[units.pop()]
    plain = [UNIT.sub("", text) for text in texts]
    thousands = _thousands(plain)
    values = np.empty(len(plain))
    for i, text in enumerate(plain):
        try:
            values[i] = _number(text, thousands=thousands)
        except ValueError as error:
            raise NotANumberError(i) from error
    values[np.isin(values, STANDS_FOR_NONE)] = math.nan
    return factor * values


def _thousands(texts: Sequence[str]) -> bool:
    """Whether commas divide thousands: there are never other than three digits behind, and some have none."""
    with_comma = [text for text in texts if "," in text]
    if not all(re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d*)?", text) for text in with_comma):
        return False
    return len(with_comma) < sum(is_number(text) for text in texts) or any("." in text for text in texts)


def _number(text: str, *, thousands: bool) -> float:
    """A number with either decimal mark, NaN where there is none; with `thousands` a comma divides them."""
    if text.lower() in MISSING:
        return math.nan
    text = re.sub(r"[\s']", "", text)
    if "," in text:
        if "." in text and text.rfind(",") > text.rfind("."):
            text = text.replace(".", "").replace(",", ".")
        else:
            text = text.replace(",", "" if thousands or "." in text else ".")
    value = float(text)
    return value if math.isfinite(value) else math.nan
