"""Every page in both themes and both languages at 1366×768: its picture, and whether any text is cut off.

The accepted pictures are 1/8 of the size, so that letters are grey texture and another font renderer moves
few pixels by little; they are compared in blocks of their own 6×6 pixels. `VALLEYLINE_ACCEPT=1 pytest
tests/hmi/desk/test_looks.py` accepts what is drawn now; look at the pictures before you do.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QFontDatabase, QImage
from PySide6.QtWidgets import QApplication

from hmi.desk.app import Desk, read_folder, wait_until_settled
from hmi.desk.look import Look
from tests.hmi.desk.dialogs import dialogs
from tests.hmi.desk.fits import cut_texts, out_of_place
from tests.hmi.desk.plant_data import DeskPlant, let_time_go_on
from widgets.theme import ThemeName

ACCEPTED = Path(__file__).with_name("accepted")
ACCEPT = bool(os.environ.get("VALLEYLINE_ACCEPT"))
SIZE = (1366, 768)
SMALL = (171, 96)
BLOCK = 6
MOST_OF_A_BLOCK = 14.0  # mean difference, of 255
MOST_BLOCKS = 0.03  # curves and clocks go on; a page that is laid out otherwise changes far more
EACH_DAY = ((ThemeName.LIGHT, "en"), (ThemeName.DARK, "zh_CN"))
NIGHTLY = ((ThemeName.DARK, "en"), (ThemeName.LIGHT, "zh_CN"))
LOOKS = [*EACH_DAY, *(pytest.param(*look, marks=pytest.mark.nightly) for look in NIGHTLY)]
Picture = NDArray[np.float64]


@dataclass
class Walker:
    """A desk that walks through all its pages in a look, once for all tests that ask for it."""

    desk: Desk
    pictures: dict[tuple[str, str], dict[str, QImage]] = field(default_factory=dict)
    cut: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    def walk(self, theme: ThemeName, language: str) -> dict[str, QImage]:
        """The pictures of all pages and dialogs in a look; what was cut off is noted beside."""
        look, window = (theme, language), self.desk.window
        if look not in self.pictures:
            self.desk.show_look(Look(theme, language))
            self.pictures[look], self.cut[look] = {}, {}
            for page in window.page_ids():
                window.show_page(page)
                wait_until_settled(window)
                self.pictures[look][page] = window.grab().toImage()
                self.cut[look][page] = [*cut_texts(window), *out_of_place(window)]
            for name, dialog in dialogs(self.desk):
                self.pictures[look][f"dialog_{name}"] = dialog.grab().toImage()
                self.cut[look][f"dialog_{name}"] = [*cut_texts(dialog), *out_of_place(dialog)]
        return self.pictures[look]


@pytest.fixture(scope="module")
def walker(
    filled_plant: DeskPlant, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication
) -> Iterator[Walker]:
    data_dir = tmp_path_factory.mktemp("looks") / "data"
    shutil.copytree(filled_plant.data_dir, data_dir)
    let_time_go_on(DeskPlant(data_dir, filled_plant.plant, filled_plant.now_ms))
    plant, clock, _ = read_folder(data_dir)
    desk = Desk(qapp, data_dir, plant, clock, Look())
    desk.window.resize(*SIZE)
    desk.window.show()
    desk.window.start()
    yield Walker(desk)
    desk.close()
    QLocale.setDefault(QLocale("en"))


def small(image: QImage) -> QImage:
    scaled = image.scaled(
        *SMALL, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    return scaled.convertToFormat(QImage.Format.Format_RGB888)


def numbers(image: QImage) -> Picture:
    """The colours float64[height / BLOCK, width / BLOCK, 3], each the mean of a block."""
    whole = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    rows, columns = image.height() // BLOCK, image.width() // BLOCK
    colours = whole[: rows * BLOCK, : columns * BLOCK * 3].astype(float)
    return colours.reshape(rows, BLOCK, columns, BLOCK, 3).mean(axis=(1, 3))


def share_that_differs(one: QImage, other: QImage) -> float:
    """The share 0..1 of the blocks that differ by more than letters and curves make."""
    difference = np.abs(numbers(one) - numbers(other)).max(axis=2)
    return float(np.mean(difference > MOST_OF_A_BLOCK))


@pytest.mark.parametrize(("theme", "language"), LOOKS)
def test_no_text_is_cut_off_and_no_control_out_of_place(
    walker: Walker, theme: ThemeName, language: str
) -> None:
    walker.walk(theme, language)
    assert {page: cut for page, cut in walker.cut[theme, language].items() if cut} == {}


def test_a_text_without_its_room_is_noticed(walker: Walker) -> None:
    walker.walk(ThemeName.LIGHT, "en")
    bar = walker.desk.window.header
    was = bar._time.maximumWidth()
    bar._time.setMaximumWidth(20)
    assert list(cut_texts(bar)) == [bar._time.text()]
    bar._time.setMaximumWidth(was)


@pytest.mark.parametrize(("theme", "language"), LOOKS)
def test_every_page_looks_as_it_was_accepted(walker: Walker, theme: ThemeName, language: str) -> None:
    if language == "zh_CN" and not has_chinese():
        pytest.skip("There is no font for Chinese here; install fonts-noto-cjk.")
    differs, without = {}, []
    for page, whole in walker.walk(theme, language).items():
        accepted, picture = ACCEPTED / f"{page}_{theme}_{language}.png", small(whole)
        if ACCEPT:
            ACCEPTED.mkdir(exist_ok=True)
            picture.save(str(accepted))
        elif not accepted.exists():
            without.append(accepted.name)
        else:
            old = QImage(str(accepted)).convertToFormat(QImage.Format.Format_RGB888)
            differs[page] = share_that_differs(picture, old)
    assert {page: share for page, share in differs.items() if share > MOST_BLOCKS} == {}
    assert without == [], "no picture was accepted; look at the page, then run with VALLEYLINE_ACCEPT=1"


def test_another_theme_and_another_page_would_be_noticed(walker: Walker) -> None:
    light, dark = (walker.walk(theme, language) for theme, language in EACH_DAY)
    energy = small(light["energy"])
    assert share_that_differs(energy, small(dark["energy"])) > 0.5
    for page in ("plant", "trends", "overview", "diagnosis"):
        assert share_that_differs(energy, small(light[page])) > 2 * MOST_BLOCKS


def has_chinese() -> bool:
    """Whether some font here has the letters."""
    return QFontDatabase.WritingSystem.SimplifiedChinese in QFontDatabase.writingSystems()
