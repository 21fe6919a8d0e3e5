"""From what data a machine's states are learned, and what a fit must be like to be tried."""

from __future__ import annotations

from solver.durations import DAY_MS, HOUR_MS

WINDOW_MS = 14 * DAY_MS
HELD_BACK_MS = 2 * DAY_MS
LEAST_SEEN_MS = 3 * DAY_MS  # of readings before the held-back days
LEAST_HELD_MS = 12 * HOUR_MS
LIKE_PLANT = 2.5  # running may differ from the plant file's by this factor, no more
