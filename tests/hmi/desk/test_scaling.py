"""Every page on a screen that the system scales: no text is cut off, no control lies out of place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from widgets.theme import ThemeName

SCREENS = [
    pytest.param(1.25, (1366, 768), ThemeName.LIGHT, "en", marks=pytest.mark.nightly),
    pytest.param(1.25, (1366, 768), ThemeName.DARK, "zh_CN", marks=pytest.mark.nightly),
    pytest.param(1.5, (1920, 1080), ThemeName.DARK, "zh_CN", marks=pytest.mark.nightly),
    pytest.param(1.5, (1920, 1080), ThemeName.LIGHT, "en", marks=pytest.mark.nightly),
    pytest.param(2.0, (2560, 1440), ThemeName.DARK, "zh_CN", marks=pytest.mark.nightly),
    pytest.param(1.5, (1366, 768), ThemeName.DARK, "zh_CN", marks=pytest.mark.nightly),
    pytest.param(1.5, (1366, 768), ThemeName.LIGHT, "en", marks=pytest.mark.nightly),
    pytest.param(2.0, (1920, 1080), ThemeName.LIGHT, "zh_CN", marks=pytest.mark.nightly),
    pytest.param(2.0, (1920, 1080), ThemeName.DARK, "en", marks=pytest.mark.nightly),
    pytest.param(2.0, (2560, 1440), ThemeName.LIGHT, "en"),  # English is the wider of the two
]


@pytest.mark.parametrize(("scale", "screen", "theme", "language"), SCREENS)
def test_every_page_fits_a_scaled_screen(
    folder: Path, scale: float, screen: tuple[int, int], theme: ThemeName, language: str
) -> None:
    width, height = map(str, screen)
    said = subprocess.run(
        [sys.executable, "-m", "tests.hmi.desk.scaled_desk", folder, width, height, theme, language],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    found = json.loads(said.stdout)
    assert found.pop("scale") == [str(scale)]
    assert len(found) >= 10
    assert {page: problems for page, problems in found.items() if problems} == {}
