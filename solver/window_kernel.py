"""The highest mean load of the metering windows, by what runs change in them, as Numba kernels.

What a plan touches is a few hundred windows of some thousand, so they are marked in bits and only those are
looked at: 1.5 times faster for a whole flight of the swarm than going through all. The twin is in
swarm_reference.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solver.kernel_options import inner_kernel
from solver.layout import Floats, Ints
from solver.swarm_layout import MACHINE, PROFILE_AT, RUN_BATCH, RUN_DONE, RUN_FROM, RUN_TO, SwarmTables

Words = NDArray[np.uint64]
S58 = np.uint64(58)
ZERO, ONE = np.uint64(0), np.uint64(1)
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)  # its six highest bits differ for each shift
BIT_OF = np.zeros(64, dtype=np.int64)  # which bit is set, by the six highest bits of its product
BIT_OF[[((int(DE_BRUIJN) << bit) % 2**64) >> 58 for bit in range(64)]] = np.arange(64)


@inner_kernel
def touch(place: int, marks: Words) -> None:
    """Notes in the bits of marks that a window is not as if all machines stood."""
    marks[place >> 6] |= ONE << np.uint64(place & 63)


@inner_kernel
def lay_on_windows(
    runs: Ints, count: int, tables: SwarmTables, part: Floats, change_kw: Floats, marks: Words
) -> None:
    """Adds what the runs change in the windows, and marks those.

    Whole windows at constant power take two changes of the level, `change_kw` in kW; what else falls into a
    window goes to `part` in kW·min.
    """
    interval = tables.interval_min
    for r in range(count):
        b = runs[r, RUN_BATCH]
        since = runs[r, RUN_FROM]
        to = runs[r, RUN_TO]
        machine = tables.batch[b, MACHINE]
        constant = tables.batch[b, PROFILE_AT] < 0
        if constant and not np.isnan(tables.rest_kw[machine]):
            power = tables.power_kw[b] - tables.rest_kw[machine]
            first = int(since / interval)
            last = int(to / interval)
            change_kw[first] += power
            change_kw[last] -= power
            part[first] -= power * (since - first * interval)
            part[last] += power * (to - last * interval)
            touch(first, marks)
            touch(last, marks)
            continue
        profile = tables.batch[b, PROFILE_AT] + runs[r, RUN_DONE] - since
        while since < to:
            place = since // interval
            until = min(to, (place + 1) * interval)
            if constant:
                part[place] += tables.power_kw[b] * (until - since)
            else:
                part[place] += tables.profile_sum[profile + until] - tables.profile_sum[profile + since]
            part[place] -= tables.rest_kw_sum[machine, until] - tables.rest_kw_sum[machine, since]
            touch(place, marks)
            since = until


@inner_kernel
def highest_mean(tables: SwarmTables, part: Floats, change_kw: Floats, marks: Words) -> float:
    """The highest window mean in kW, the peak so far at least; leaves part, change_kw and marks at 0.

    From one marked window to the next the level stays the same, so there only the machines' rest can make one
    window higher than another. Their loop is no kernel of its own: so it took eight times as long.
    """
    peak = tables.peak_so_far_kw
    rest, minutes, most_rest_kw = tables.rest_window, tables.window_min, tables.most_rest_kw
    windows = len(minutes)
    touch(windows, marks)  # where the last stretch ends
    level = 0.0
    begun = 0
    for word in range(len(marks)):
        bits = marks[word]
        marks[word] = ZERO
        while bits != ZERO:
            lowest = bits & (~bits + ONE)
            bits ^= lowest
            place = 64 * word + BIT_OF[(lowest * DE_BRUIJN) >> S58]
            if begun < place and level + most_rest_kw > peak:
                for between in range(begun, place):
                    if (level - peak) * minutes[between] + rest[between] > 0:  # so that hardly one is divided
                        peak = level + rest[between] / minutes[between]
            begun = place + 1
            if place < windows:
                level += change_kw[place]
                energy = part[place] + rest[place]
                if (level - peak) * minutes[place] + energy > 0:
                    peak = level + energy / minutes[place]
            change_kw[place] = 0.0
            part[place] = 0.0
    return peak
