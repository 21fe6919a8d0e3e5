import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner
from PySide6.QtGui import QImage

from hmi.commands.snapshot import snapshot_command
from hmi.desk.page_stack import PAGES


def test_the_command_pictures_every_page_in_the_theme_and_size_that_were_asked_for(
    folder: Path, tmp_path: Path, qapp: object
) -> None:
    out = tmp_path / "out"
    arguments = ["--data", str(folder), "--out", str(out), "--theme", "dark", "--size", "1366x768"]
    result = CliRunner().invoke(snapshot_command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    names = sorted(f"{entry.page_id}.png" for entry in PAGES)
    assert sorted(path.name for path in out.iterdir()) == names
    images = {path.stem: QImage(str(path)) for path in out.iterdir()}
    assert {(image.width(), image.height()) for image in images.values()} == {(1366, 768)}
    assert images["overview"].pixelColor(300, 110).lightness() < 100


def test_a_size_that_is_none_is_refused_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    arguments = ["--data", str(folder), "--out", str(tmp_path / "out"), "--size", "large"]
    result = CliRunner().invoke(snapshot_command, arguments)
    assert result.exit_code == 2
    assert "such as 1920x1080" in result.output


def test_without_a_plant_file_the_next_step_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hmi", "snapshot", "--data", str(tmp_path), "--out", str(tmp_path / "o")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "valleyline demo" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_desk_waits_for_no_library_that_its_first_picture_does_not_need(folder: Path) -> None:
    code = (
        "import sys; from hmi.desk.app import run_desk; import hmi.desk.pages.overview, hmi.desk.pages.plan; "
        "found = {'numba', 'pymodbus', 'serial', 'sqlite_utils'} & set(sys.modules); "
        "sys.exit(str(found) if found else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
