"""How a line does: counts, load and lateness, for the screen and the log."""

from __future__ import annotations

from collections import deque

import numpy as np

from devices.line import Exchange
from devices.line_events import LineCounters
from devices.reading import Reason

LOAD_WINDOW_S = 60.0
KEPT_LATENCIES = 500


class LineStatistics:
    """Counts since the line's thread began; times are real seconds of the clock's monotonic time."""

    def __init__(self, line: str, now_s: float) -> None:
        self._line = line
        self._began_s = now_s
        self._counts = {Reason.NONE: 0, Reason.TIMEOUT: 0, Reason.BAD_CHECKSUM: 0, Reason.EXCEPTION: 0}
        self._busy: deque[tuple[float, float]] = deque()  # (end, seconds)
        self._latencies_ms: deque[float] = deque(maxlen=KEPT_LATENCIES)

    def note(self, exchange: Exchange, now_s: float) -> None:
        """Books one exchange; replies that fail the validation in any way count as bad checksums."""
        reason = Reason.BAD_CHECKSUM if exchange.reason is Reason.BAD_REPLY else exchange.reason
        if reason in self._counts:
            self._counts[reason] += 1
        self._busy.append((now_s, exchange.busy_s))
        if exchange.answered:
            self._latencies_ms.append(exchange.latency_s * 1000)

    def counters(
        self, t_ms: int, now_s: float, *, connected: bool, reason: str, late_frames: int, lateness_s: float
    ) -> LineCounters:
        """The line's counters now."""
        latencies = self._latencies_ms or [0.0]
        p50, p95 = np.percentile(latencies, (50, 95))
        return LineCounters(
            line=self._line,
            t_ms=t_ms,
            connected=connected,
            reason=reason,
            ok=self._counts[Reason.NONE],
            timeouts=self._counts[Reason.TIMEOUT],
            bad_checksums=self._counts[Reason.BAD_CHECKSUM],
            exceptions=self._counts[Reason.EXCEPTION],
            late_frames=late_frames,
            load=self._load(now_s),
            lateness_s=lateness_s,
            latency_p50_ms=float(p50),
            latency_p95_ms=float(p95),
        )

    def _load(self, now_s: float) -> float:
        while self._busy and self._busy[0][0] < now_s - LOAD_WINDOW_S:
            self._busy.popleft()
        window_s = min(LOAD_WINDOW_S, max(now_s - self._began_s, 0.001))
        return min(sum(seconds for _, seconds in self._busy) / window_s, 1.0)
