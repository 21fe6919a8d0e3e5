"""Numbers, shares and dates as the person's language writes them; a number that is not there is a dash."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QDate, QLocale

NONE = "–"
FULL_COVERAGE = 0.995
_CURRENCIES: dict[str, object] = {  # those that people of a language call otherwise than by their code
    "CNY": QT_TRANSLATE_NOOP("currencies", "CNY"),
    "EUR": QT_TRANSLATE_NOOP("currencies", "EUR"),
    "USD": QT_TRANSLATE_NOOP("currencies", "USD"),
}


def number(value: float, digits: int = 0) -> str:
    """A number with the locale's separators."""
    return QLocale().toString(float(value), "f", digits) if math.isfinite(value) else NONE


def percent(share: float, digits: int = 0) -> str:
    """A share 0..1 as per cent."""
    return f"{number(100 * share, digits)} %" if math.isfinite(share) else NONE


def points(difference: float, digits: int = 0) -> str:
    """The difference of two shares in percentage points: from 1 % to 3 % it is 2 points, not 2 %."""
    text = QCoreApplication.translate("texts", "{difference} points")
    return text.format(difference=number(100 * difference, digits)) if math.isfinite(difference) else NONE


def money(value: float, currency: str, digits: int = 0) -> str:
    """An amount with its currency, a code or what `currency_name` makes of it."""
    return f"{number(value, digits)} {currency}" if math.isfinite(value) else NONE


def currency_name(code: str) -> str:
    """What a currency is called beside an amount: CNY in English, 元 in Chinese."""
    return QCoreApplication.translate("currencies", str(_CURRENCIES.get(code, code)))


def coverage(share: float) -> str:
    """What must stand beside a sum that rests on gaps; "" for one that does not."""
    if share >= FULL_COVERAGE:
        return ""
    text = QCoreApplication.translate("texts", "(measured {share} of the time)")
    return text.format(share=percent(share, 1 if share > 0.99 else 0))


def short_date(t_ms: int, zone: ZoneInfo) -> str:
    """Weekday, day and month of a plant time."""
    moment = datetime.fromtimestamp(t_ms / 1000, zone)
    pattern = QCoreApplication.translate("Header", "ddd d MMM")
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), pattern)


class Counted(str):
    """How many, for a translated text: `{n:change|changes}` takes the form of its number, 1 or others.

    `{n:=it|them}` is the form without the number; a language without such forms writes `{n}`.
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if "|" not in spec:
            return super().__format__(spec)
        one, _, others = spec.removeprefix("=").partition("|")
        form = one if self == "1" else others
        return form if spec.startswith("=") else f"{self} {form}"


class Local(float):
    """A number that any format of a translated text writes as the person's language does.

    `{:,.2f}`, `{:.1%}` and `{:+.0f}` are understood; a number that is not there is a dash.
    """

    def __format__(self, spec: str) -> str:
        if not math.isfinite(self):
            return NONE
        kind = spec[-1:] if spec[-1:] in ("f", "%") else ""
        if not kind:
            return super().__format__(spec)
        digits = int(spec[:-1].partition(".")[2] or 0)
        value = 100 * self if kind == "%" else float(self)
        sign = "+" if spec.startswith("+") and value >= 0 else ""
        return f"{sign}{number(value, digits)}{' %' if kind == '%' else ''}"
