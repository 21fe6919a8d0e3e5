"""What runs beside the reading of meters and the window lets them go first."""

from __future__ import annotations

import os
import sys

NICER = 5  # a third of what an equal gets; with less a search beside much else would hardly begin
BELOW_NORMAL_PRIORITY_CLASS = 0x4000


def go_last() -> None:
    """From now on this process takes what the others leave of a busy machine's processors."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), BELOW_NORMAL_PRIORITY_CLASS)
    else:
        os.nice(NICER)
