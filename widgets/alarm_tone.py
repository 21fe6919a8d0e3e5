"""The sounds of alarms: each priority has its own pattern, so that it is known by ear."""

from __future__ import annotations

import io
import wave

import numpy as np
import numpy.typing as npt

RATE_HZ = 22_050
EDGE_S = 0.01  # fades in and out, so that nothing clicks
LOUDNESS = 0.5
# Pitch in Hz, length of a beep and of the pause after it in s, by priority; more and higher is more urgent.
_PATTERNS: dict[int, tuple[tuple[float, float, float], ...]] = {
    1: ((988.0, 0.14, 0.06),) * 3 + ((1319.0, 0.3, 0.1),),
    2: ((784.0, 0.18, 0.1),) * 2,
    3: ((587.0, 0.25, 0.05),),
    4: ((440.0, 0.18, 0.05),),
}


def tone(priority: int) -> npt.NDArray[np.int16]:
    """The samples of a priority's sound, int16[n] at RATE_HZ."""
    pieces = []
    for pitch_hz, beep_s, pause_s in _PATTERNS[min(max(priority, 1), 4)]:
        t_s = np.arange(round(beep_s * RATE_HZ)) / RATE_HZ
        edge = np.minimum(1.0, np.minimum(t_s, beep_s - t_s) / EDGE_S)
        beep = np.sin(2 * np.pi * pitch_hz * t_s) + 0.3 * np.sin(4 * np.pi * pitch_hz * t_s)
        pieces += [LOUDNESS / 1.3 * edge * beep, np.zeros(round(pause_s * RATE_HZ))]
    return (np.concatenate(pieces) * np.iinfo(np.int16).max).astype(np.int16)


def wav_bytes(samples: npt.NDArray[np.int16]) -> bytes:
    """Samples int16[n] as the bytes of a WAV file, one channel."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.astype("<i2").tobytes())
    return made.getvalue()
