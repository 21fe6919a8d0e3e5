"""A stretch of one point's readings as columns, and the columns packed into bytes and back, bit for bit."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from devices.reading import Quality

_REASON_SHIFT = 2  # a flag is quality + reason << 2
_SCALES = (1.0, 10.0, 100.0, 1000.0)  # of values with so many decimals; only ever append
_MOST_WHOLE = 1 << 52
_EVEN = struct.Struct("<BIqq")  # 0, how many, the first time and the step; pcodec's never begin with 0


class PackingError(Exception):
    """Packed bytes are not what was packed; the text says in a few words how that shows."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Readings in order: `t_ms` int64[n], `value` float64[n] (NaN is BAD), `quality` and `reason` int8[n]."""

    t_ms: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.int8]
    reason: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.t_ms)

    def between(self, from_ms: int, to_ms: int) -> Columns:
        """Those from `from_ms` up to, not including, `to_ms`."""
        first, end = np.searchsorted(self.t_ms, (from_ms, to_ms))
        if first == 0 and end == len(self):
            return self
        return self.part(slice(int(first), int(end)))

    def part(self, chosen: slice | NDArray[np.bool_] | NDArray[np.int64]) -> Columns:
        """Those that numpy chooses by this."""
        return Columns(self.t_ms[chosen], self.value[chosen], self.quality[chosen], self.reason[chosen])

    def with_value(self) -> Columns:
        """Those that are no gaps."""
        return self.part(~np.isnan(self.value))


@dataclass(frozen=True, slots=True)
class Packed:
    """One block's columns; what is empty or says nothing takes no bytes."""

    readings: int
    bad: int
    times: bytes
    numbers: bytes  # of the readings that carry a value
    flags: bytes  # empty when every reading is GOOD and without a reason

    def checksum(self) -> int:
        """CRC-32 over everything above."""
        counts = f"{self.readings} {self.bad} {len(self.times)} {len(self.numbers)}".encode()
        return zlib.crc32(self.flags, zlib.crc32(self.numbers, zlib.crc32(self.times, zlib.crc32(counts))))


def no_columns(n: int = 0) -> Columns:
    """Columns for `n` readings, GOOD and without a reason; their times and values are still to be filled."""
    return Columns(np.empty(n, np.int64), np.empty(n), np.zeros(n, np.int8), np.zeros(n, np.int8))


def pack(columns: Columns) -> Packed:
    """Packs the columns of at least one reading without loss."""
    from pcodec import ChunkConfig, standalone  # here, so that who never packs need not load it

    present = columns.value[~np.isnan(columns.value)]
    flags = columns.quality.astype(np.uint8) | (columns.reason.astype(np.uint8) << _REASON_SHIFT)
    bad = len(columns) - len(present)
    config = ChunkConfig(enable_8_bit=True)
    return Packed(
        len(columns),
        bad,
        _packed_times(columns.t_ms, config),
        _packed_numbers(present, config) if len(present) else b"",
        standalone.simple_compress(flags, config) if flags.any() else b"",
    )


def unpack(packed: Packed) -> Columns:
    """The columns of a block; raises PackingError where its bytes are not a block's."""
    into = no_columns(packed.readings)
    unpack_into(packed, into, 0)
    return into


def unpack_into(packed: Packed, into: Columns, first: int) -> None:
    """Like `unpack`, into columns of `no_columns` from place `first` on."""
    from pcodec import standalone

    end = first + packed.readings
    value = into.value[first:end]
    try:
        _unpack_times(packed, into.t_ms[first:end])
        if packed.flags:
            flags = np.asarray(standalone.simple_decompress(packed.flags))
            _fill(flags & ((1 << _REASON_SHIFT) - 1), into.quality[first:end])
            _fill(flags >> _REASON_SHIFT, into.reason[first:end])
        numbers = standalone.simple_decompress(packed.numbers[1:]) if packed.numbers else np.empty(0)
        if len(numbers) != packed.readings - packed.bad:
            raise PackingError("it does not have as many values as it says")
        scale = _SCALES[packed.numbers[0]] if packed.numbers else 1.0
        if packed.bad:
            value.fill(np.nan)
            value[into.quality[first:end] != Quality.BAD] = numbers / scale
        elif scale == 1.0:
            value[:] = numbers
        else:
            np.divide(numbers, scale, out=value)
    except (RuntimeError, TypeError, ValueError, IndexError, struct.error) as error:
        raise PackingError(f"it cannot be unpacked ({error})") from error


def unpack_times(packed: Packed) -> NDArray[np.int64]:
    """The times alone; raises PackingError."""
    times = np.empty(packed.readings, np.int64)
    try:
        _unpack_times(packed, times)
    except (RuntimeError, TypeError, struct.error) as error:
        raise PackingError(f"it cannot be unpacked ({error})") from error
    return times


def _packed_times(t_ms: NDArray[np.int64], config: Any) -> bytes:
    """Times at even steps are the first and the step, which takes no unpacking."""
    from pcodec import standalone

    step_ms = int(t_ms[1] - t_ms[0]) if len(t_ms) > 1 else 1
    if (np.diff(t_ms) == step_ms).all():
        return _EVEN.pack(0, len(t_ms), int(t_ms[0]), step_ms)
    packed: bytes = standalone.simple_compress(t_ms, config)
    return packed


def _unpack_times(packed: Packed, place: NDArray[np.int64]) -> None:
    from pcodec import standalone

    if packed.times[:1] == b"\0":
        _, number, first_ms, step_ms = _EVEN.unpack(packed.times)
        place[:] = np.arange(first_ms, first_ms + step_ms * number, step_ms)
        finished = True
    else:
        done = standalone.simple_decompress_into(packed.times, place)
        number, finished = done.n_processed, done.finished
    if number != packed.readings or not finished:
        raise PackingError("it does not have as many readings as it says")


def _packed_numbers(value: NDArray[np.float64], config: Any) -> bytes:
    """The values as they take least: a byte that says which scale, then the numbers themselves."""
    from pcodec import standalone

    for place, scale in enumerate(_SCALES):
        with np.errstate(over="ignore"):
            whole = np.rint(value * scale)
        if np.abs(whole).max() < _MOST_WHOLE and _same(whole.astype(np.int64) / scale, value):
            return bytes([place, *standalone.simple_compress(whole.astype(np.int64), config)])
    return bytes([0, *standalone.simple_compress(_narrowest(value), config)])


def _narrowest(value: NDArray[np.float64]) -> NDArray[np.float64] | NDArray[np.float32]:
    """As float32 where that is exactly what a meter's register held: half the size."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = value.astype(np.float32)
    return narrow if _same(narrow.astype(np.float64), value) else value


def _same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Bit for bit, for 0.0 and -0.0 are equal and two readings."""
    return np.array_equal(one.view(np.int64), other.view(np.int64))


def _fill(found: NDArray[np.generic], place: NDArray[np.generic]) -> None:
    if len(found) != len(place):
        raise PackingError("it does not have as many readings as it says")
    place[:] = found
