"""How a line and what hangs on it do: counts, latencies, load and lateness, for the screen and the log."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from devices.line import Exchange
from devices.line_events import AnswerFigures, LineFigures, MeterFigures
from devices.reading import Reason

LOAD_WINDOW_S = 60.0
KEPT_LATENCIES = 500
KEPT_OF_A_METER = 100


class Answers:
    """What came of the requests to a device, or to all on a line."""

    def __init__(self, kept_latencies: int = KEPT_OF_A_METER) -> None:
        self._counts = dict.fromkeys((Reason.NONE, Reason.TIMEOUT, Reason.BAD_CHECKSUM, Reason.EXCEPTION), 0)
        self._latencies_ms: deque[float] = deque(maxlen=kept_latencies)
        self._codes: Counter[int] = Counter()
        self.last_ok_ms: int | None = None

    def note(self, exchange: Exchange) -> None:
        """Books one exchange; replies that fail the validation in any way count as bad checksums."""
        reason = Reason.BAD_CHECKSUM if exchange.reason is Reason.BAD_REPLY else exchange.reason
        if reason in self._counts:
            self._counts[reason] += 1
        if exchange.answered:
            self._latencies_ms.append(exchange.latency_s * 1000)
        if reason is Reason.NONE:
            self.last_ok_ms = exchange.t_ms
        elif reason is Reason.EXCEPTION:
            self._codes[exchange.exception_code] += 1

    @property
    def exception_codes(self) -> tuple[tuple[int, int], ...]:
        """The codes of exceptions, each with how often it came, by code."""
        return tuple(sorted(self._codes.items()))

    def figures(self) -> AnswerFigures:
        """Counts and latencies now."""
        in_order = sorted(self._latencies_ms)
        return AnswerFigures(
            ok=self._counts[Reason.NONE],
            timeouts=self._counts[Reason.TIMEOUT],
            bad_checksums=self._counts[Reason.BAD_CHECKSUM],
            exceptions=self._counts[Reason.EXCEPTION],
            latency_p50_ms=_quantile(in_order, 0.50),
            latency_p95_ms=_quantile(in_order, 0.95),
        )


class LineStatistics:
    """Figures since the line's thread began; times are real seconds of the clock's monotonic time."""

    def __init__(self, now_s: float) -> None:
        self._began_s = now_s
        self._all = Answers(KEPT_LATENCIES)
        self._by_meter: dict[str, Answers] = {}
        self._busy: deque[tuple[float, float]] = deque()  # (end, seconds)
        self._busy_s = 0.0  # their sum

    def note(self, device: str, exchange: Exchange, now_s: float) -> None:
        """Books one exchange with a device."""
        self._all.note(exchange)
        self._by_meter.setdefault(device, Answers()).note(exchange)
        self._busy.append((now_s, exchange.busy_s))
        self._busy_s += exchange.busy_s

    def line(self, now_s: float, *, late_frames: int, lateness_s: float) -> LineFigures:
        """The line's figures now."""
        return LineFigures(
            **asdict(self._all.figures()),
            late_frames=late_frames,
            load=self._load(now_s),
            lateness_s=lateness_s,
        )

    def meters(self, waits_s: Mapping[str, float]) -> tuple[MeterFigures, ...]:
        """The figures of every device that was asked so far; `waits_s` has those asked more rarely now."""
        return tuple(
            MeterFigures(
                meter=device,
                **asdict(answers.figures()),
                exception_codes=answers.exception_codes,
                last_ok_ms=answers.last_ok_ms,
                waits_s=waits_s.get(device, 0.0),
            )
            for device, answers in self._by_meter.items()
        )

    def _load(self, now_s: float) -> float:
        while self._busy and self._busy[0][0] < now_s - LOAD_WINDOW_S:
            self._busy_s -= self._busy.popleft()[1]
        window_s = min(LOAD_WINDOW_S, max(now_s - self._began_s, 0.001))
        return min(max(self._busy_s, 0.0) / window_s, 1.0)


def _quantile(in_order: Sequence[float], share: float) -> float:
    """The value below which this share of the others lies; 0 where there is none."""
    return in_order[min(int(share * len(in_order)), len(in_order) - 1)] if in_order else 0.0
