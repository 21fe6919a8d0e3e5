"""The states of a record of which nothing else is known, with no tuning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from solver.states import StateSpan, detect_states
from solver.thresholds import estimated_settings, typical_step_ms
from solver.twin.frozen import without_frozen
from solver.twin.grid import gridded
from solver.twin.states_learn import NEVER_ABOVE, learned_model, zero_noise_kw
from solver.twin.states_model import StateModel
from solver.twin.states_offline import detected_states

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RecordStates:
    """Spans that tile a record, and where each state begins: standby, idling, running, kW."""

    spans: list[StateSpan]
    thresholds_kw: tuple[float, float, float]
    power_kw: FloatArray  # as it was read, NaN where the meter was frozen
    model: StateModel | None  # None: the record shows one state only, thresholds decided


def record_states(times_ms: IntArray, power_kw: FloatArray) -> RecordStates:
    """Learns a machine's states from a record and says them.

    `times_ms` int64[n] rising, `power_kw` float64[n] with NaN where a reading failed.
    """
    power = without_frozen(times_ms, power_kw)
    model = learned_model(gridded(times_ms, power)) if len(times_ms) else None
    if model is None:
        nothing = NEVER_ABOVE * zero_noise_kw(power[np.isfinite(power)])
        power = np.where(power < nothing, 0.0, power)
        settings = estimated_settings(times_ms, power)
        edges = settings.standby_from_kw, settings.idling_from_kw, settings.running_from_kw
        return RecordStates(detect_states(times_ms, power, settings), edges, power, None)
    spans = detected_states(times_ms, power, model, typical_step_ms(times_ms))
    return RecordStates(spans, model.thresholds_kw(), power, model)
