"""The other programs that a command starts beside itself, and how they are ended in order."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hmi.program import own_command

END_S = 10.0


@dataclass(frozen=True, slots=True)
class Companion:
    """A program started beside this one; what it says goes to a log file in the data folder."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self.process.poll() is None

    def end(self) -> None:
        """Asks it to end and waits; kills it when it does not."""
        if not self.runs():
            return
        self.process.terminate()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_words(self) -> str:
        """The last line that it wrote, for a person to read."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else ""


def start_companion(name: str, arguments: Sequence[str | Path], data_dir: Path) -> Companion:
    """Starts this program again with these arguments, in a session of its own so that Ctrl+C stays ours."""
    log = data_dir / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            own_command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Companion(name, process, log)


def start_replay(data_dir: Path, plant_file: Path, from_ms: int, to_ms: int) -> Companion:
    """Opens a desk that plays a recorded stretch of this data folder."""
    stretch = [datetime.fromtimestamp(t_ms / 1000, UTC).isoformat() for t_ms in (from_ms, to_ms)]
    chosen: list[str | Path] = ["--data", data_dir, "--plant", plant_file.resolve()]
    return start_companion("replay", ["replay", *stretch, *chosen], data_dir)


def start_station(data_dir: Path) -> Companion:
    """Starts the station of this data folder; it goes on when the windows are closed."""
    return start_companion("station", ["station", "--data", data_dir], data_dir)
