"""Every page on a screen that the system scales: no text is cut off, no control lies out of place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hmi.desk.app import Desk
from hmi.desk.look import Look
from tests.hmi.desk.acting_station import let_work
from tests.hmi.desk.fits import cut_texts, out_of_place
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
    folder: Path, tmp_path: Path, scale: float, screen: tuple[int, int], theme: ThemeName, language: str
) -> None:
    width, height = map(str, screen)
    config = tmp_path / "screen.json"  # else Qt's own offscreen screen is 800×800
    config.write_text(
        json.dumps({"screens": [{"name": "one", "x": 0, "y": 0, "width": screen[0], "height": screen[1]}]})
    )
    said = subprocess.run(
        [sys.executable, "-m", "tests.hmi.desk.scaled_desk", folder, width, height, theme, language],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
            "QT_SCALE_FACTOR": str(scale),
        },
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


def test_the_window_fits_a_small_scaled_screen_in_both_languages(desk: Desk) -> None:
    """1366×768 at 150 % is 911×512, 1920×1080 at 200 % is 960×540."""
    window = desk.window
    for language in ("en", "zh_CN"):
        desk.show_look(Look(ThemeName.LIGHT, language))
        window.resize(1366, 768)
        least = window.minimumSizeHint()
        assert least.width() <= 900
        assert least.height() <= 500
        window.resize(least)
        let_work(50)
        assert window.size() == least
        for part in (window.header, window.alarm_bar):
            assert [*cut_texts(part), *out_of_place(window)] == []
    desk.show_look(Look())
