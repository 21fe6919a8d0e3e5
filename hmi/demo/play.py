"""The headless demonstration: a whole day on a simulated plant, with people who act by script."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import msgspec
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from devices.clock import Clock
from hmi.demo.companions import Companions
from hmi.demo.people_act import (
    SEARCH_S,
    move_load_out_of_the_peak,
    newest_plan,
    plan_has_state,
    plans,
    plant_time_passed,
)
from hmi.demo.report import Ending, Report, make_report
from hmi.demo.script import Script, Wait
from hmi.demo.world import MOST_LEAD_MIN, DemoWorld, prepare, start_clock
from hmi.desk.app import Desk, make_application, read_folder, snapshot_pages
from hmi.desk.ending import EndOnRequest
from hmi.desk.look import Look
from hmi.program import own_command
from hmi.store.records import PlanState

SIZE = (1920, 1080)
ACTS = 6  # people's steps from a search to the signature take about so many starts of a search
PATIENT = 3.0  # times as long as they seem to need is left to people who were too late
SLACK_S = 60.0
END_STATES = (PlanState.VERIFIED, PlanState.STOPPED, PlanState.STALE)


def play_day(data_dir: Path, speed: float, out_dir: Path, longest_s: float | None) -> Report:
    """Plays the day and returns its report, which is also written to `out_dir` with the pictures."""
    began_s = Clock().monotonic_s()
    say("Preparing the plant, its people and the solver's kernels …")
    warm_kernels()
    people_s = people_need_s()
    world, ending, complaint = play_once(data_dir, paced(speed, people_s), people_s, out_dir, longest_s)
    if ending.missing and not ending.signed:
        say(f"No plan was signed in time ({ending.missing}): once more from the beginning, at a slower pace.")
        people_s = PATIENT * max(people_s, people_need_s())  # it may be busier by now
        world, ending, complaint = play_once(data_dir, paced(speed, people_s), people_s, out_dir, longest_s)
    report = make_report(world, Clock().monotonic_s() - began_s, ending, complaint)
    out_dir.mkdir(parents=True, exist_ok=True)  # it may lie in the data folder, which was emptied
    (out_dir / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2))
    return report


def play_once(
    data_dir: Path, speed: float, people_s: float, out_dir: Path, longest_s: float | None
) -> tuple[DemoWorld, Ending, str]:
    """Plays a day from its beginning; what was prepared, how it ended, a companion's last words."""
    world = start_clock(prepare(data_dir, speed, people_s))
    companions = Companions(world.data_dir, world.clock)
    try:
        companions.start()
        ending = act(world, out_dir, longest_s)
    finally:
        companions.end()
    return world, ending, companions.complaint


def people_need_s() -> float:
    """Real seconds from a search to the signature, by how long a search's process takes to start here now."""
    began_s = Clock().monotonic_s()
    warm_kernels()
    return SEARCH_S + ACTS * (Clock().monotonic_s() - began_s)


def paced(speed: float, people_s: float) -> float:
    """The speed, or the highest at which the first batch of a plan can wait until people have signed it."""
    highest = max(1.0, MOST_LEAD_MIN * 60 / people_s)
    if speed > highest:
        say(f"This machine is slow or busy: {highest:.0f} times as fast as real time instead of {speed:.0f}.")
    return min(speed, highest)


def warm_kernels() -> None:
    """Compiles what the search needs before plant time begins, as at an installation."""
    subprocess.run(
        own_command("solver-worker"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True
    )


def act(world: DemoWorld, out_dir: Path, longest_s: float | None) -> Ending:
    """Opens the desk, lets the people act, takes the pictures."""
    application = make_application()
    plant, clock, _ = read_folder(world.data_dir, None)
    with EndOnRequest(application) as request:
        desk = Desk(application, world.data_dir, plant, clock, Look())
        pictures: list[Path] = []
        script = Script(the_day(desk, world, out_dir, pictures), clock)
        ending = _Ending(desk, out_dir, pictures)
        script.ended.connect(ending.end)
        try:
            desk.window.resize(*SIZE)
            desk.open()
            script.begin()
            if longest_s is not None:
                QTimer.singleShot(round(longest_s * 1000), ending.end_early)
            application.exec()
            signed = any(row.decided_by for row in plans(desk.window))
        finally:
            script.stop()
            desk.close()
    request.check()
    return Ending(pictures, ending.missing, ending.early, signed)


def the_day(desk: Desk, world: DemoWorld, out_dir: Path, pictures: list[Path]) -> Iterator[Wait]:
    """From the first reading to the verified saving."""
    window = desk.window
    yield from move_load_out_of_the_peak(window, world)
    row = newest_plan(window)
    say(f"Plan {row.id} is signed and carried out; a plant day takes {86_400 / world.pace.speed:.0f} s here.")
    half_ms = (row.start_ms + row.end_ms) // 2
    to_end_s = (row.end_ms - row.start_ms) / 1000 / world.pace.speed + SLACK_S
    window.show_page("overview")
    yield Wait("the middle of the plan", partial(plant_time_passed, window, half_ms), to_end_s)
    pictures += snapshot_pages(window, out_dir / "half-way", SIZE)
    window.show_page("plan", str(row.id))
    yield Wait("the verified saving", partial(plan_has_state, window, *END_STATES), to_end_s)


class _Ending(QObject):
    """Takes the last pictures and ends the application's loop; keeps what was not seen."""

    def __init__(self, desk: Desk, out_dir: Path, pictures: list[Path]) -> None:
        super().__init__()
        self._desk, self._out_dir, self._pictures = desk, out_dir, pictures
        self.missing = ""
        self.early = False

    @Slot(str)
    def end(self, missing: str) -> None:
        """Pictures every page as it is now, then ends the loop."""
        self.missing = missing
        self._pictures += snapshot_pages(self._desk.window, self._out_dir, SIZE)
        QApplication.quit()

    @Slot()
    def end_early(self) -> None:
        """Ends because the time that was given is over."""
        self.early = True
        self.end("")


def say(text: str) -> None:
    """Tells how far it is, on standard error."""
    click.echo(text, err=True)
