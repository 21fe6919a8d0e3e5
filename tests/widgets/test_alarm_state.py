from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from widgets.alarm_state import StateForm, paint_state
from widgets.theme import DARK, LIGHT, Theme

WIDE, HIGH = 64, 44
FORMS = [form for form in StateForm if form is not StateForm.QUIET]  # of an alarm that no list shows


def drawn(theme: Theme, priority: int, form: StateForm, scale: int) -> NDArray[np.bool_]:
    """Where ink is, bool[height, width]: colour and how dark it is are gone."""
    image = QImage(WIDE * scale, HIGH * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(theme.raised))
    painter = QPainter(image)
    paint_state(painter, QRectF(10, 11, 22, 22), priority, form, theme)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    whole = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return np.abs(whole[:, : WIDE * scale].astype(int) - whole[0, 0]) > 60


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("scale", [1, 2])
def test_the_states_of_an_alarm_are_told_apart_without_colour(
    qapp: QApplication, theme: Theme, scale: int
) -> None:
    for priority in (1, 2, 3, 4):
        forms = {form: drawn(theme, priority, form, scale) for form in FORMS}
        for (one, a), (other, b) in combinations(forms.items(), 2):
            assert np.count_nonzero(a != b) >= 20 * scale**2, (priority, one, other)
            for picture in (a, b):  # nothing is cut off by the row
                assert not picture[0].any() and not picture[-1].any() and not picture[:, 0].any()
