"""Chance that can be asked again: the same seed, name and number give the same value, in any order."""

from __future__ import annotations

import math
import zlib

_MASK = (1 << 64) - 1
_SQRT3 = math.sqrt(3.0)


def stream(seed: int, name: str) -> int:
    """A stream of chance of its own for a name."""
    return _mix(seed * 0x9E3779B97F4A7C15 + zlib.crc32(name.encode()))


def uniform(seed: int, name: str, index: int) -> float:
    """A value in [0, 1)."""
    return _mix(stream(seed, name) + index * 0x9E3779B97F4A7C15) / 2.0**64


def normal(stream_id: int, index: int) -> float:
    """Mean 0, variance 1, never beyond 3.5: the sum of four uniform 16-bit parts of one hash."""
    bits = _mix(stream_id + index * 0x9E3779B97F4A7C15)
    parts = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48)
    return (parts / 65536.0 - 2.0) * _SQRT3


def wander(stream_id: int, t_ms: int, knot_ms: int) -> float:
    """A slow wave of mean 0: normal values at knots so far apart, straight lines between them."""
    index, rest_ms = divmod(t_ms, knot_ms)
    share = rest_ms / knot_ms
    return normal(stream_id, index) * (1.0 - share) + normal(stream_id, index + 1) * share


def _mix(value: int) -> int:
    """The finalizer of splitmix64 (Steele, Lea, Flood 2014)."""
    value &= _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
