"""One machine's running costs as integer keys, in which a tie is exactly a tie.

A key is cost × scale × tie_room + tie. The tie part, always below tie_room, prefers batches that stay where
the current plan has them, then few pauses and early starts and ends; so the least key is the cheapest plan,
and among equally cheap ones the steadier and earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.layout import Floats, Ints, MachineLayout

NEVER = 2**61  # a key that no plan reaches: here the batch must not run
PAUSE_TIE = 60  # among equally cheap plans a pause counts like so many minutes of delay
LARGEST_KEY = 2.0**59
FINEST_SCALE = 1e9
SLACK_KW = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class MachineKeys:
    """Keys and windows of one machine's N batches.

    Running minute j of batch b at offset o (minutes after its first start) costs
    keys[key_at[b] + j * row_stride[b] + o]; offsets run from 0 to size[b] - 1.
    """

    keys: Ints
    key_at: Ints
    row_stride: Ints
    size: Ints
    duration: Ints
    most_pauses: Ints
    least_pause: Ints
    first_start: Ints
    gap: Ints
    now_offset: Ints  # -1 where the current plan lies outside the window or is not given
    start_key: Ints  # what starting costs besides, batch after batch, size[b] offsets each
    end_key: Ints  # and ending, at the same offsets
    resume_key: Ints  # int64[horizon], what going on after a pause costs at each minute
    moved_tie: int
    tie_room: int
    scale: float

    @property
    def rounding(self) -> float:
        """By how much at most a plan's cost and its key differ, for every running minute is rounded."""
        return 0.5 * float(self.duration.sum() + 2 * len(self.duration)) / self.scale

    def cost_of(self, key: int) -> float:
        """The cost within a key, above that of standing all the time."""
        return (int(key) // self.tie_room) / self.scale


@dataclass(frozen=True, slots=True, eq=False)
class PlaceExtras:
    """What starting and ending cost besides, a float64[size] per batch, by minutes after its first start.

    An offset's end is that of a batch which started there and did not pause; infinity forbids.
    """

    start: tuple[Floats, ...]
    end: tuple[Floats, ...]
    resume: Floats  # float64[horizon], of going on after a pause


@dataclass(frozen=True, slots=True, eq=False)
class SparePower:
    """By how much a machine may draw more than when it stands, float64[horizon], and the price beyond it.

    The price is per kW and minute; None forbids to exceed it at all.
    """

    kw: Floats
    price_per_kw_min: float | None = None


def machine_keys(
    machine: MachineLayout,
    price_per_kw_min: Floats,
    spare: SparePower | None = None,
    extras: PlaceExtras | None = None,
) -> MachineKeys:
    """The keys at these prices, float64[horizon], within the spare power where that is given."""
    size = machine.last_end - machine.duration - machine.first_start + 1
    moved_tie = int(2 * size.max() + machine.most_pauses.max() * PAUSE_TIE)
    tie_room = int((2 * size + moved_tie + machine.most_pauses * PAUSE_TIE).sum()) + 1
    scale = _scale(machine, price_per_kw_min, tie_room, spare, extras)
    price = price_per_kw_min * scale
    blocks: list[Ints] = []
    place_of: dict[float, int] = {}
    key_at, row_stride = np.zeros_like(size), np.ones_like(size)
    length = 0
    for index, power in enumerate(machine.power_kw):
        if power.min() == power.max():
            if power[0] not in place_of:
                place_of[power[0]] = length
                blocks.append(_constant_keys(machine, power[0], price, scale, tie_room, spare))
                length += len(blocks[-1])
            key_at[index] = place_of[power[0]] + machine.first_start[index]
            continue
        key_at[index], row_stride[index] = length, size[index]
        blocks.append(_profile_keys(machine, index, int(size[index]), price, scale, tie_room, spare))
        length += len(blocks[-1])
    now = machine.now - machine.first_start
    return MachineKeys(
        np.concatenate(blocks),
        key_at,
        row_stride,
        size,
        machine.duration,
        np.where(size > machine.least_pause, machine.most_pauses, 0),
        machine.least_pause,
        machine.first_start,
        machine.gap,
        np.where((machine.now >= 0) & (now >= 0) & (now < size), now, -1),
        _extra_keys(extras.start if extras else (), int(size.sum()), scale, tie_room),
        _extra_keys(extras.end if extras else (), int(size.sum()), scale, tie_room),
        _extra_keys((extras.resume,) if extras else (), len(machine.rest_kw), scale, tie_room),
        moved_tie,
        tie_room,
        scale,
    )


def _extra_keys(costs: tuple[Floats, ...], length: int, scale: float, tie_room: int) -> Ints:
    if not costs:
        return np.zeros(length, dtype=np.int64)
    joined = np.concatenate(costs)
    allowed = np.isfinite(joined)
    keys = np.rint(np.where(allowed, joined, 0.0) * scale).astype(np.int64) * tie_room
    return np.where(allowed, keys, NEVER)


def _scale(
    machine: MachineLayout,
    price_per_kw_min: Floats,
    tie_room: int,
    spare: SparePower | None,
    extras: PlaceExtras | None,
) -> float:
    """The finest scale at which no sum of keys leaves the range of an integer, a power of ten."""
    price = float(np.abs(price_per_kw_min).max())
    if spare is not None and spare.price_per_kw_min is not None:
        price += spare.price_per_kw_min
    dearest = price * float(machine.duration.sum())
    largest_kw = max(float(power.max()) for power in machine.power_kw) + float(machine.rest_kw.max())
    besides = 0.0
    for costs in (*extras.start, *extras.end) if extras else ():
        besides += float(np.abs(costs[np.isfinite(costs)]).max(initial=0.0))
    if extras:
        besides += float(extras.resume.max(initial=0.0)) * float(machine.most_pauses.sum())
    largest = max(dearest * largest_kw + besides, 1e-9) * tie_room
    return float(min(FINEST_SCALE, 10.0 ** np.floor(np.log10(LARGEST_KEY / largest))))


def _constant_keys(
    machine: MachineLayout,
    power_kw: float,
    price: Floats,
    scale: float,
    tie_room: int,
    spare: SparePower | None,
) -> Ints:
    return _keys(power_kw - machine.rest_kw, price, scale, tie_room, spare, slice(None), machine.shut)


def _profile_keys(
    machine: MachineLayout,
    index: int,
    size: int,
    price: Floats,
    scale: float,
    tie_room: int,
    spare: SparePower | None,
) -> Ints:
    first, power = int(machine.first_start[index]), machine.power_kw[index]
    minute = first + np.arange(len(power))[:, None] + np.arange(size)[None, :]
    extra_kw = power[:, None] - machine.rest_kw[minute]
    keys = _keys(extra_kw, price[minute], scale, tie_room, spare, minute, machine.shut)
    return keys.reshape(-1)


def _keys(
    extra_kw: Floats,
    price: Floats,
    scale: float,
    tie_room: int,
    spare: SparePower | None,
    minute: Ints | slice,
    shut: NDArray[np.bool_] | None,
) -> Ints:
    cost = extra_kw * price
    excess_kw = np.zeros(0) if spare is None else extra_kw - spare.kw[minute]
    if spare is not None and spare.price_per_kw_min is not None:
        cost += scale * spare.price_per_kw_min * np.maximum(excess_kw, 0.0)
    keys = np.rint(cost).astype(np.int64) * tie_room
    if spare is not None and spare.price_per_kw_min is None:
        keys[excess_kw > SLACK_KW] = NEVER
    if shut is not None:
        keys[shut[minute]] = NEVER
    return np.ascontiguousarray(keys)
