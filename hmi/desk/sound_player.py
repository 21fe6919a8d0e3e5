"""Plays the alarms' sounds with what the machine has, and says when it has nothing."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTemporaryDir, Signal, Slot
from PySide6.QtGui import QGuiApplication

from widgets.alarm_tone import tone, wav_bytes

FILE = "{file}"
# Programs that play a WAV file and end; the first that is there and succeeds is kept.
PROGRAMS = (
    ("afplay", FILE),
    ("pw-play", FILE),
    ("paplay", FILE),
    ("aplay", "-q", FILE),
)
WINDOWS_PROGRAMS = (
    ("powershell", "-NoProfile", "-Command", f"(New-Object Media.SoundPlayer '{FILE}').PlaySync()"),
)


def programs_here() -> list[tuple[str, ...]]:
    """The programs that this machine has; none where the window itself is not to be seen."""
    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        return []
    programs = WINDOWS_PROGRAMS if sys.platform == "win32" else PROGRAMS
    return [program for program in programs if shutil.which(program[0]) is not None]


class SoundPlayer(QObject):
    """Plays one sound at a time; a program that fails is given up for the next one."""

    failed = Signal()  # no program is left that plays

    def __init__(self, programs: Sequence[tuple[str, ...]]) -> None:
        super().__init__()
        self._programs = list(programs)
        self._folder: QTemporaryDir | None = None
        self._process: QProcess | None = None
        self._priority = 0

    @property
    def can_play(self) -> bool:
        """Whether a program is there that has not failed yet."""
        return bool(self._programs)

    def play(self, priority: int) -> None:
        """Plays a priority's sound, unless one is playing."""
        if self._process is not None or not self._programs:
            return
        self._priority = priority
        program, *arguments = self._programs[0]
        self._process = QProcess(self)
        self._process.finished.connect(self._on_finished)
        self._process.errorOccurred.connect(self._on_error)
        file = str(self._file(priority))
        self._process.start(program, [argument.replace(FILE, file) for argument in arguments])

    def close_down(self) -> None:
        """Ends what plays."""
        self._programs = []
        process, self._process = self._process, None
        if process is not None:
            process.finished.disconnect(self._on_finished)
            process.errorOccurred.disconnect(self._on_error)
            process.kill()
            process.waitForFinished(1000)
        self._folder = None

    def _file(self, priority: int) -> Path:
        if self._folder is None:
            self._folder = QTemporaryDir()
        path = Path(self._folder.filePath(f"alarm_{priority}.wav"))
        if not path.exists():
            path.write_bytes(wav_bytes(tone(priority)))
        return path

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._let_go()
        if code != 0 or status is not QProcess.ExitStatus.NormalExit:
            self._give_up()

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:  # every other one also ends the process
            self._let_go()
            self._give_up()

    def _let_go(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None

    def _give_up(self) -> None:
        """Tries the next program with the same sound, or says that there is none."""
        del self._programs[:1]
        if self._programs:
            self.play(self._priority)
        else:
            self.failed.emit()
