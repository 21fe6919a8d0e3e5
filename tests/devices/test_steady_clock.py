"""Plant time goes on when the machine's clock is set."""

from __future__ import annotations

import pytest

from devices.clock import Clock
from devices.steady_clock import SteadyClock
from solver.durations import DAY_MS

START_MS = 1_457_884_800_000


class SetClock(Clock):
    """A machine's clock that the test sets, and real seconds that the test lets pass."""

    def __init__(self, speed: float = 1.0) -> None:
        super().__init__(START_MS, START_MS, speed)
        self.__dict__.update(wall=START_MS, running=7.0)

    def wall_ms(self) -> int:
        wall: int = self.__dict__["wall"]
        return wall

    def running_s(self) -> float:
        running: float = self.__dict__["running"]
        return running

    def let_pass(self, seconds: float) -> None:
        self.__dict__["running"] += seconds
        self.__dict__["wall"] += round(seconds * 1000)

    def set_by(self, ms: int) -> None:
        self.__dict__["wall"] += ms


@pytest.mark.parametrize("leap_ms", [-DAY_MS, 365 * DAY_MS, -61_000, DAY_MS + 1])
def test_a_clock_that_leaps_is_not_followed_until_it_is_right_again(leap_ms: int) -> None:
    machine = SetClock()
    steady = SteadyClock(machine)
    machine.let_pass(100)
    assert (steady.now_ms(), steady.leap_ms) == (START_MS + 100_000, 0)
    machine.set_by(leap_ms)
    machine.let_pass(50)
    assert (steady.now_ms(), steady.leap_ms) == (START_MS + 150_000, leap_ms)
    assert steady.wall_ms() == machine.wall_ms()
    machine.let_pass(50)
    assert (steady.now_ms(), steady.leap_ms) == (START_MS + 200_000, leap_ms)
    machine.set_by(-leap_ms + 1500)
    assert (steady.now_ms(), steady.leap_ms) == (START_MS + 201_500, 0)


@pytest.mark.parametrize("step_ms", [-59_000, 5, 3_600_000, DAY_MS - 1])
def test_a_clock_that_is_put_right_or_a_machine_that_stood_still_is_followed(step_ms: int) -> None:
    machine = SetClock()
    steady = SteadyClock(machine)
    machine.set_by(step_ms)
    assert (steady.now_ms(), steady.leap_ms) == (START_MS + step_ms, 0)


def test_a_clock_that_drifts_for_months_is_followed() -> None:
    machine = SetClock()
    steady = SteadyClock(machine)
    for _ in range(100):
        machine.let_pass(86_400)
        machine.set_by(-8_000)
        assert steady.now_ms() == machine.wall_ms()


def test_a_faster_plant_goes_on_at_its_speed() -> None:
    machine = SetClock(speed=60.0)
    steady = SteadyClock(machine)
    machine.set_by(-DAY_MS)
    machine.let_pass(10)
    assert steady.now_ms() == START_MS + 600_000


def test_the_real_clock_is_followed() -> None:
    steady = SteadyClock(Clock())
    assert abs(steady.now_ms() - Clock().now_ms()) < 1000
    assert steady.leap_ms == 0
