"""Alarms are heard by their priority until they are acknowledged; players are real processes."""

from __future__ import annotations

import sys
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from hmi.desk.alarm_sound import AlarmSound, SoundState
from hmi.desk.session import Session, SignedIn
from hmi.desk.snapshot_model import World, standing_of
from hmi.desk.sound_button import SoundButton
from hmi.desk.sound_player import FILE, SoundPlayer
from hmi.keys import new_key_pair
from hmi.store.records import Alarm, AlarmState, Role
from solver.durations import MINUTE_MS
from widgets.alarm_tone import RATE_HZ, tone, wav_bytes


def alarm(priority: int, key: str = "a", count: int = 1) -> Alarm:
    return Alarm(
        key, "line_down", "line_1", priority, AlarmState.UNACKNOWLEDGED, 0, 0, active=True, count=count
    )


def world(*alarms: Alarm, wall_ms: int = 1000) -> World:
    return World(0, wall_ms, alarms=alarms, standing=standing_of(alarms))


class Ears:
    """A program that plays by writing down which file it was given."""

    def __init__(self, folder: Path, status: int = 0) -> None:
        self.heard_path = folder / f"heard_{status}"
        script = folder / f"player_{status}.py"
        script.write_text(
            f"import pathlib, sys\n"
            f"with open({str(self.heard_path)!r}, 'a') as heard:\n"
            f"    heard.write(sys.argv[1] + '\\n')\n"
            f"pathlib.Path({str(folder)!r}, 'last.wav').write_bytes(pathlib.Path(sys.argv[1]).read_bytes())\n"
            f"sys.exit({status})\n"
        )
        self.program = (sys.executable, str(script), FILE)

    @property
    def heard(self) -> list[str]:
        """The names of the files that were played."""
        if not self.heard_path.exists():
            return []
        return [Path(line).name for line in self.heard_path.read_text().split()]


@pytest.fixture
def ears(tmp_path: Path) -> Ears:
    return Ears(tmp_path)


@pytest.fixture
def sound(ears: Ears, qtbot: QtBot) -> Iterator[AlarmSound]:
    made = AlarmSound(SoundPlayer([ears.program]))
    yield made
    made.close_down()


def test_an_alarm_is_heard_with_its_priority_and_then_again(
    sound: AlarmSound, ears: Ears, qtbot: QtBot, tmp_path: Path
) -> None:
    sound.show_world(world(alarm(3), alarm(1, "b")))
    assert sound.state is SoundState.SOUNDING
    qtbot.waitUntil(lambda: len(ears.heard) >= 2, timeout=20_000)
    assert set(ears.heard) == {"alarm_1.wav"}
    with wave.open(str(tmp_path / "last.wav")) as played:
        assert (played.getframerate(), played.getnchannels()) == (RATE_HZ, 1)
        assert played.getnframes() == len(tone(1))


def test_it_is_quiet_once_everything_is_acknowledged(sound: AlarmSound, ears: Ears, qtbot: QtBot) -> None:
    sound.show_world(world(alarm(1)))
    qtbot.waitUntil(lambda: len(ears.heard) == 1, timeout=20_000)
    sound.show_world(world(replace(alarm(1), state=AlarmState.ACKNOWLEDGED)))
    assert sound.state is SoundState.QUIET
    qtbot.wait(3_000)
    assert len(ears.heard) == 1


def test_muted_it_says_how_long_and_nothing_is_heard_until_its_end(
    sound: AlarmSound, ears: Ears, qtbot: QtBot
) -> None:
    sound.show_world(world(wall_ms=0))
    sound.mute(15)
    sound.show_world(world(alarm(2), wall_ms=5 * MINUTE_MS))
    assert (sound.state, sound.muted_left_ms) == (SoundState.MUTED, 10 * MINUTE_MS)
    qtbot.wait(500)
    assert not ears.heard
    sound.show_world(world(alarm(2), wall_ms=15 * MINUTE_MS))
    assert sound.state is SoundState.SOUNDING


def test_a_new_alarm_of_priority_one_ends_muting(sound: AlarmSound, ears: Ears, qtbot: QtBot) -> None:
    sound.show_world(world(alarm(2)))
    sound.mute(60)
    sound.show_world(world(alarm(2), alarm(3, "c")))
    assert sound.state is SoundState.MUTED
    sound.show_world(world(alarm(2), alarm(3, "c"), alarm(1, "b")))
    assert sound.state is SoundState.SOUNDING
    qtbot.waitUntil(lambda: "alarm_1.wav" in ears.heard, timeout=20_000)


def test_a_player_that_fails_is_given_up_for_the_next_and_the_last_is_said(
    tmp_path: Path, ears: Ears, qtbot: QtBot
) -> None:
    broken = Ears(tmp_path, status=3)
    player = SoundPlayer([("no-such-program-here", FILE), broken.program, ears.program])
    player.play(2)
    qtbot.waitUntil(lambda: ears.heard == ["alarm_2.wav"], timeout=20_000)
    assert broken.heard == ["alarm_2.wav"]
    player.close_down()
    alone = SoundPlayer([broken.program])
    with qtbot.waitSignal(alone.failed, timeout=20_000):
        alone.play(1)
    assert not alone.can_play
    alone.close_down()


def test_a_desk_without_a_sound_device_says_so(qtbot: QtBot) -> None:
    sound, session = AlarmSound(SoundPlayer([])), Session()
    button = SoundButton(session, sound)
    qtbot.addWidget(button)
    sound.show_world(world(alarm(1)))
    assert sound.state is SoundState.NO_SOUND
    assert "No sound here" in button.text() and not button.isEnabled()
    session.sign_in(SignedIn("chen", Role.OPERATOR, new_key_pair()[0]))
    assert "alarms are only seen here" in button.accessibleDescription()
    sound.close_down()
    session.lock()


def test_who_may_not_acknowledge_may_not_mute_and_reads_why(sound: AlarmSound, qtbot: QtBot) -> None:
    session = Session()
    button = SoundButton(session, sound)
    qtbot.addWidget(button)
    sound.show_world(world())
    assert not button.isEnabled()
    assert button.toolTip() == "Nobody is signed in; this is for: operator / supervisor."
    session.sign_in(SignedIn("chen", Role.OPERATOR, new_key_pair()[0]))
    assert button.isEnabled()
    button.menu().actions()[1].trigger()
    assert button.text() == "✕ Muted, 15 min left"
    session.lock()


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_each_priority_has_a_sound_of_its_own_that_does_not_clip_or_click(priority: int) -> None:
    samples = tone(priority).astype(float)
    assert 8_000 < np.abs(samples).max() < 32_000
    assert abs(samples[0]) < 300 and abs(samples[-1]) < 300
    others = [wav_bytes(tone(other)) for other in (1, 2, 3, 4) if other != priority]
    assert wav_bytes(tone(priority)) not in others
