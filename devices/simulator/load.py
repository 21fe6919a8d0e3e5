"""A load whose power is a chain of straight lines, so that its energy is an exact integral at any time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

KNOT_MS = 10_000
HOUR_MS = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows at an instant, and what has flowed until then."""

    t_ms: int
    power_kw: float
    reactive_kvar: float
    energy_kwh: float
    reactive_kvarh: float


Curve = Callable[[int], tuple[float, float]]  # t_ms -> kW, kvar; asked at knots only


class Load:
    """Follows a curve from knot to knot (every 10 s of plant time); another curve may begin at any instant.

    The answers at an instant do not depend on how often or when they were asked before.
    """

    def __init__(self, curve: Curve, t_ms: int, register_kwh: float = 0.0) -> None:
        self._energy_kwh = register_kwh
        self._reactive_kvarh = 0.0
        self._t_ms = t_ms
        self._curve = curve
        self._from_ms, self._from = t_ms, curve(t_ms)
        self._to_ms = _next_knot_ms(t_ms)
        self._to = curve(self._to_ms)

    def follow(self, curve: Curve, t_ms: int) -> None:
        """From now on another curve; the power may jump."""
        self.advance(t_ms)
        flow = self.flow()
        self._energy_kwh, self._reactive_kvarh = flow.energy_kwh, flow.reactive_kvarh
        self._curve = curve
        self._from_ms, self._from = t_ms, curve(t_ms)
        self._to_ms = _next_knot_ms(t_ms)
        self._to = curve(self._to_ms)

    def advance(self, t_ms: int) -> None:
        """Lets time pass."""
        while self._to_ms <= t_ms:
            self._t_ms = self._to_ms
            flow = self.flow()
            self._energy_kwh, self._reactive_kvarh = flow.energy_kwh, flow.reactive_kvarh
            self._from_ms, self._from = self._to_ms, self._to
            self._to_ms += KNOT_MS
            self._to = self._curve(self._to_ms)
        self._t_ms = max(self._t_ms, t_ms)

    def flow(self) -> Flow:
        """Power now and energy until now: the trapezoid since the last knot on top of all before."""
        passed_ms = self._t_ms - self._from_ms
        share = passed_ms / (self._to_ms - self._from_ms)
        power_kw = self._from[0] + (self._to[0] - self._from[0]) * share
        reactive_kvar = self._from[1] + (self._to[1] - self._from[1]) * share
        hours = passed_ms / HOUR_MS
        return Flow(
            t_ms=self._t_ms,
            power_kw=power_kw,
            reactive_kvar=reactive_kvar,
            energy_kwh=self._energy_kwh + (self._from[0] + power_kw) / 2.0 * hours,
            reactive_kvarh=self._reactive_kvarh + (self._from[1] + reactive_kvar) / 2.0 * hours,
        )


def _next_knot_ms(t_ms: int) -> int:
    return (t_ms // KNOT_MS + 1) * KNOT_MS


def total(flows: list[Flow]) -> Flow:
    """The sum of several loads at one instant."""
    return Flow(
        t_ms=max(flow.t_ms for flow in flows),
        power_kw=sum(flow.power_kw for flow in flows),
        reactive_kvar=sum(flow.reactive_kvar for flow in flows),
        energy_kwh=sum(flow.energy_kwh for flow in flows),
        reactive_kvarh=sum(flow.reactive_kvarh for flow in flows),
    )
