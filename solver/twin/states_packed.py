"""Learned states as bytes for the store, and back."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from solver.twin.states_model import BINS, PowerScale, StateModel


class _Packed(msgspec.Struct, frozen=True):
    p0_kw: float
    top_kw: float
    step_ms: int
    emission: bytes
    transition: list[list[float]]
    level_kw: list[float | None]
    least_ms: list[int]
    present: list[bool]


def packed(model: StateModel) -> bytes:
    """A model as bytes, some four kilobytes; its emissions keep seven digits."""
    return msgspec.msgpack.encode(
        _Packed(
            model.scale.p0_kw,
            model.scale.top_kw,
            model.step_ms,
            model.emission.astype("<f4").tobytes(),
            model.transition.tolist(),
            [kw if math.isfinite(kw) else None for kw in model.level_kw.tolist()],
            model.least_ms.tolist(),
            model.present.tolist(),
        )
    )


def unpacked(data: bytes) -> StateModel | None:
    """The model of such bytes; None where they are damaged or of another version."""
    try:
        read = msgspec.msgpack.decode(data, type=_Packed)
        emission = np.frombuffer(read.emission, dtype="<f4").reshape(4, BINS).astype(np.float64)
    except (msgspec.MsgspecError, ValueError):
        return None
    return StateModel(
        PowerScale(read.p0_kw, read.top_kw),
        read.step_ms,
        emission,
        np.array(read.transition),
        np.array([math.nan if kw is None else kw for kw in read.level_kw]),
        np.array(read.least_ms, dtype=np.int64),
        np.array(read.present, dtype=np.bool_),
    )
