"""A replay is a desk of its own: it plays, stops and winds, says so on every page, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QPushButton, QSlider
from pytestqt.qtbot import QtBot

from hmi.data_folder import database_path
from hmi.desk.app import Desk
from hmi.desk.look import Look
from hmi.desk.replay_clock import ReplayClock
from hmi.desk.snapshot_model import World
from hmi.plant import load_plant
from hmi.store.records import RequestKind
from solver.durations import HOUR_MS


@pytest.fixture
def replayed(filled_plant: Any, qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    """A desk on the recording itself, for it cannot be changed; it stands an hour before the end."""
    end_ms = filled_plant.now_ms
    clock = ReplayClock(end_ms - HOUR_MS, end_ms, 60.0)
    clock.pause()
    clock.seek(clock.from_ms)
    plant = load_plant(filled_plant.data_dir / "plant.toml")
    opened = Desk(qapp, filled_plant.data_dir, plant, clock, Look())
    qtbot.addWidget(opened.window)
    with qtbot.waitSignal(opened.window.world_shown, timeout=30_000):
        opened.open()
    yield opened
    opened.close()


def clock_of(desk: Desk) -> ReplayClock:
    clock = desk.context.replay
    assert clock is not None
    return clock


def world_between(desk: Desk, qtbot: QtBot, from_ms: int, to_ms: int) -> World:
    def shown() -> bool:
        world = desk.window.world
        return world is not None and from_ms <= world.t_ms <= to_ms

    qtbot.waitUntil(shown, timeout=20_000)
    assert desk.window.world is not None
    return desk.window.world


def child(owner: QObject, kind: type[Any], text: str = "") -> Any:
    return next(one for one in owner.findChildren(kind) if not text or one.text() == text)


def test_a_recording_plays_as_live_is_marked_on_every_page_and_cannot_be_changed(
    replayed: Desk, qtbot: QtBot, filled_plant: Any
) -> None:
    window, clock = replayed.window, clock_of(replayed)
    content = database_path(filled_plant.data_dir).read_bytes()
    bar = window.replay_bar
    assert bar is not None and window.windowTitle().startswith("REPLAY")

    world = world_between(replayed, qtbot, clock.from_ms, clock.from_ms)
    assert world.station_runs
    assert all(reading.t_ms <= world.t_ms for reading in world.newest.values())
    assert world.machines["mill_26"].cycle_start_ms is not None

    assert "meter_silent:mill_29" not in [alarm.key for alarm in world.alarms]  # from 13:20 on

    child(bar, QPushButton, "Play").click()
    speed = child(bar, QComboBox)
    speed.setCurrentIndex(speed.findData(3600.0))
    speed.activated.emit(speed.currentIndex())
    later = world_between(replayed, qtbot, clock.to_ms, clock.to_ms)  # an hour in a second
    assert later.newest["main.power_kw"].t_ms == filled_plant.now_ms
    assert "meter_silent:mill_29" in [alarm.key for alarm in later.alarms]

    clock.pause()
    slider = child(bar, QSlider)
    slider.setValue(0)  # back to the beginning: no page may keep what came later
    world_between(replayed, qtbot, clock.from_ms, clock.from_ms)
    for page_id in window.page_ids():
        window.show_page(page_id)
        assert bar.isVisibleTo(window) and child(bar, QLabel, "REPLAY").isVisibleTo(window), page_id
        shown = [one for one in window.findChildren(QAbstractButton) if one.isVisibleTo(window)]
        assert not {"Live", "✕ No sound here"} & {one.text() for one in shown}, page_id
        texts = [one.text() for one in window.findChildren(QLabel) if one.isVisibleTo(window)]
        assert not any("sign in" in text.lower() or "signed in" in text.lower() for text in texts), page_id
    assert window.header.operator.text().startswith("Recording")

    said: list[str] = []
    replayed.context.messages.shown.connect(lambda message: said.append(message.text))
    replayed.context.ask(RequestKind.ACKNOWLEDGE, {"key": "leak:shop"})
    qtbot.waitUntil(lambda: bool(said), timeout=30_000)
    assert said == ["This is a replay: nothing can be done in a recording."]
    for button in window.findChildren(QPushButton):
        if button.objectName() in ("propose", "approve", "reject", "stop_plan"):
            assert not button.isEnabled(), button.objectName()
    assert replayed.context.sound.state.value != "sounding"
    assert database_path(filled_plant.data_dir).read_bytes() == content


def test_the_clock_stands_winds_and_keeps_within_the_stretch() -> None:
    clock = ReplayClock(1_000, 500_000, 10.0)
    clock.pause()
    standing_ms = clock.now_ms()
    clock.sleep_s(0.02)
    assert clock.now_ms() == standing_ms and not clock.playing
    clock.seek(900_000)
    assert clock.now_ms() == 500_000
    clock.play()  # at the end: from the beginning
    assert clock.playing and clock.now_ms() < 500_000
    clock.hasten(1e9)
    clock.sleep_s(0.002)
    assert (clock.now_ms(), clock.playing) == (500_000, False)
