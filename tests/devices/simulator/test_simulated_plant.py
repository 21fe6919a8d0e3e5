from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from devices.clock import Clock
from devices.datafile import DataFileError
from devices.plc import PlcAction, PlcResult
from devices.simulator.mill import MillState
from devices.simulator.modbus_slave import ILLEGAL_ADDRESS, ILLEGAL_VALUE, RegisterDevice, RegisterError
from devices.simulator.plant import SimulatedPlant
from devices.simulator.scenario import DeviceKind, Incident, IncidentKind, Scenario, scenario_batches

if TYPE_CHECKING:
    from conftest import HandClock

MILLS = ("mill_23", "mill_24", "mill_25", "mill_26", "mill_28", "mill_29")
FIG_8_KWH = (685, 615, 618, 934, 358, 619)
RUNNING, CHARGED, LOCAL, INTERLOCK, REMOTE = 1, 2, 4, 8, 16
CREW_START_25 = 530
CHARGED_25 = 430


class Panel:
    """Writes commands to the PLC's registers and reads its answers, as a master would."""

    def __init__(self, plant: SimulatedPlant, scenario: Scenario) -> None:
        spec = next(device for device in scenario.devices if device.kind is DeviceKind.PLC)
        self.device: RegisterDevice = plant.device(spec)
        self.sequence = 0x0001_0000

    def command(self, machine: str, action: PlcAction) -> PlcResult:
        self.sequence += 1
        return self.repeat(machine, action)

    def repeat(self, machine: str, action: PlcAction) -> PlcResult:
        base = 16 * MILLS.index(machine)
        self.device.write(base, [self.sequence >> 16, self.sequence & 0xFFFF, action])
        assert list(self.device.read_holding(base, 3)) == [
            self.sequence >> 16,
            self.sequence & 0xFFFF,
            action,
        ]
        _bits, _starts, high, low, result = self.device.read_input(base, 5)
        assert (high << 16 | low) == self.sequence
        return PlcResult(result)

    def bits(self, machine: str) -> int:
        return self.device.read_input(16 * MILLS.index(machine), 1)[0]

    def starts(self, machine: str) -> int:
        return self.device.read_input(16 * MILLS.index(machine) + 1, 1)[0]


@pytest.fixture
def panel(plant: SimulatedPlant, scenario: Scenario) -> Panel:
    return Panel(plant, scenario)


def test_without_a_plan_the_crew_starts_each_mill_at_its_habit(
    plant: SimulatedPlant, clock: HandClock, scenario: Scenario
) -> None:
    habits = [(batch.habit_start, batch.machine) for batch in scenario_batches(scenario) if batch.charge >= 0]
    checks = [(minute + 0.0, mill, MillState.RUNNING) for minute, mill in habits]
    checks += [(minute - 0.1, mill, MillState.CHARGED) for minute, mill in habits]
    for minute, mill, state in sorted(checks):
        clock.set_minute(minute)
        assert plant.mill(mill).state is state, (mill, minute)


def test_a_crew_that_pauses_by_habit_goes_on_after_it(scenario: Scenario, clock: HandClock) -> None:
    mill = next(mill for mill in scenario.mills if mill.id == "mill_26")
    pattern = msgspec.structs.replace(mill.first_day, habit_pauses=[(19 * 60, 22 * 60)])
    mill = msgspec.structs.replace(mill, first_day=pattern)
    plant = SimulatedPlant(msgspec.structs.replace(scenario, mills=[mill], batches=[]), clock)
    seen = {}
    for hour in (18.9, 19.1, 21.9, 22.1, 25.9, 26.01):
        clock.set_minute(60 * hour)
        seen[hour] = plant.mill("mill_26").state
    assert list(seen.values()) == [
        MillState.RUNNING,
        MillState.PAUSED,
        MillState.PAUSED,
        MillState.RUNNING,
        MillState.RUNNING,
        MillState.DONE,
    ]


def test_a_batch_takes_the_energy_that_figure_8_gives(plant: SimulatedPlant, clock: HandClock) -> None:
    clock.set_minute(1440 + 480)
    before = {mill: plant.mill(mill).energy_kwh for mill in MILLS}
    clock.set_minute(2880 + 480)
    for mill, published_kwh in zip(MILLS, FIG_8_KWH, strict=True):
        used_kwh = plant.mill(mill).energy_kwh - before[mill]
        assert used_kwh == pytest.approx(published_kwh, rel=0.06), mill


def test_energy_is_the_integral_of_power(plant: SimulatedPlant, clock: HandClock) -> None:
    clock.set_minute(500)
    before = plant.flow("slurry")
    integral_kwh = 0.0
    last_kw = before.power_kw
    step_min = 1 / 60
    for step in range(1, 60 * 60 + 1):
        clock.set_minute(500 + step * step_min)
        power_kw = plant.flow("slurry").power_kw
        integral_kwh += (last_kw + power_kw) / 2 / 3600
        last_kw = power_kw
    after = plant.flow("slurry")
    # Three mills start in this hour: each jump falls inside one second of the sum, half of which it misses.
    assert after.energy_kwh - before.energy_kwh == pytest.approx(integral_kwh, abs=3 * 110 / 3600)


def test_the_truth_does_not_depend_on_who_asked_before(scenario: Scenario, clock: HandClock) -> None:
    often, seldom = SimulatedPlant(scenario, clock), SimulatedPlant(scenario, clock)
    for minute in range(0, 2000, 7):
        clock.set_minute(minute + 0.123)
        often.flow("slurry")
    clock.set_minute(2000.777)
    assert often.flow("slurry") == seldom.flow("slurry")
    assert [often.mill(mill) for mill in MILLS] == [seldom.mill(mill) for mill in MILLS]


def test_the_main_meter_reads_the_mills_and_the_rest_of_the_shop_floor(
    plant: SimulatedPlant, clock: HandClock
) -> None:
    for hour in (3, 11, 20, 30):
        clock.set_minute(60 * hour)
        rest_kw = plant.flow("slurry").power_kw - sum(plant.mill(mill).power_kw for mill in MILLS)
        assert 7 < rest_kw < 17, hour


def test_a_wall_clock_that_is_set_back_does_not_turn_back_the_plant(
    plant: SimulatedPlant, clock: HandClock
) -> None:
    clock.set_minute(700)
    energy_kwh = plant.flow("slurry").energy_kwh
    clock.set_minute(600)
    assert plant.flow("slurry").energy_kwh == energy_kwh
    clock.set_minute(701)
    assert plant.flow("slurry").energy_kwh > energy_kwh


def test_a_clock_years_after_the_scenario_is_refused_in_a_sentence(scenario: Scenario) -> None:
    with pytest.raises(DataFileError, match="the 3 days from 2016-03-14 are long over"):
        SimulatedPlant(scenario, Clock())


def test_a_taken_mill_waits_for_its_start_and_runs_its_time(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(CHARGED_25)
    assert panel.command("mill_25", PlcAction.TAKE) is PlcResult.DONE
    clock.set_minute(750)
    assert panel.bits("mill_25") == CHARGED | REMOTE
    assert panel.command("mill_25", PlcAction.START) is PlcResult.DONE
    assert panel.bits("mill_25") == RUNNING | CHARGED | REMOTE
    clock.set_minute(750 + 769.9)
    assert plant.mill("mill_25").state is MillState.RUNNING
    clock.set_minute(750 + 770.1)
    assert plant.mill("mill_25").state is MillState.DONE
    assert panel.bits("mill_25") == REMOTE


def test_a_pause_stops_the_motor_and_a_start_goes_on_with_the_same_batch(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(500)
    panel.command("mill_25", PlcAction.TAKE)
    panel.command("mill_25", PlcAction.START)
    clock.set_minute(600)
    assert panel.command("mill_25", PlcAction.PAUSE) is PlcResult.DONE
    clock.set_minute(700)
    paused = plant.mill("mill_25")
    assert (paused.state, paused.done_min) == (MillState.PAUSED, 100.0)
    assert paused.power_kw < 0.5
    panel.command("mill_25", PlcAction.START)
    clock.set_minute(701)
    going_on = plant.mill("mill_25")
    assert (going_on.batch, going_on.done_min, going_on.starts_count) == (paused.batch, 101.0, 2)


def test_the_same_sequence_starts_a_mill_once(plant: SimulatedPlant, clock: HandClock, panel: Panel) -> None:
    clock.set_minute(CHARGED_25)
    panel.command("mill_25", PlcAction.TAKE)
    panel.command("mill_25", PlcAction.START)
    assert panel.starts("mill_25") == 1
    plant.set_interlock("mill_25", True)
    plant.set_interlock("mill_25", False)
    assert panel.repeat("mill_25", PlcAction.START) is PlcResult.DONE
    assert plant.mill("mill_25").state is MillState.PAUSED
    assert panel.starts("mill_25") == 1
    panel.command("mill_25", PlcAction.START)
    panel.command("mill_25", PlcAction.START)
    assert panel.starts("mill_25") == 2


def test_a_released_mill_is_started_by_the_crew_at_once_when_its_habit_is_past(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(CHARGED_25)
    panel.command("mill_25", PlcAction.TAKE)
    clock.set_minute(CREW_START_25 + 60)
    assert plant.mill("mill_25").state is MillState.CHARGED
    assert panel.command("mill_25", PlcAction.RELEASE) is PlcResult.DONE
    clock.set_minute(CREW_START_25 + 61)
    assert plant.mill("mill_25").state is MillState.RUNNING


def test_a_mill_released_before_its_habit_starts_at_its_habit(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(CHARGED_25)
    panel.command("mill_25", PlcAction.TAKE)
    panel.command("mill_25", PlcAction.RELEASE)
    clock.set_minute(CREW_START_25 - 1)
    assert plant.mill("mill_25").state is MillState.CHARGED
    clock.set_minute(CREW_START_25 + 1)
    assert plant.mill("mill_25").state is MillState.RUNNING


def test_local_control_ignores_commands_and_the_mill_stays_as_it_is(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(CHARGED_25)
    panel.command("mill_25", PlcAction.TAKE)
    plant.set_local("mill_25", True)
    for action in PlcAction:
        assert panel.command("mill_25", action) is PlcResult.REFUSED_LOCAL
    clock.set_minute(CREW_START_25 + 30)
    assert panel.bits("mill_25") == CHARGED | LOCAL | REMOTE
    plant.set_local("mill_25", False)
    assert panel.command("mill_25", PlcAction.START) is PlcResult.DONE


def test_an_interlock_stops_a_running_mill_and_refuses_its_start(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(CREW_START_25 + 100)
    panel.command("mill_25", PlcAction.TAKE)
    assert panel.bits("mill_25") & RUNNING
    plant.set_interlock("mill_25", True)
    assert panel.bits("mill_25") == CHARGED | INTERLOCK | REMOTE
    assert panel.command("mill_25", PlcAction.START) is PlcResult.REFUSED_INTERLOCK
    plant.set_interlock("mill_25", False)
    clock.set_minute(CREW_START_25 + 110)
    assert plant.mill("mill_25").state is MillState.PAUSED
    assert panel.command("mill_25", PlcAction.START) is PlcResult.DONE


def test_the_crew_goes_on_by_itself_after_an_interlock(plant: SimulatedPlant, clock: HandClock) -> None:
    clock.set_minute(CREW_START_25 + 100)
    plant.set_interlock("mill_25", True)
    clock.set_minute(CREW_START_25 + 120)
    assert plant.mill("mill_25").state is MillState.PAUSED
    plant.set_interlock("mill_25", False)
    clock.set_minute(CREW_START_25 + 121)
    assert plant.mill("mill_25").state is MillState.RUNNING


def test_starts_without_a_charge_or_without_remote_control_are_refused(
    plant: SimulatedPlant, clock: HandClock, panel: Panel
) -> None:
    clock.set_minute(60)
    assert panel.command("mill_25", PlcAction.START) is PlcResult.REFUSED_NOT_REMOTE
    assert panel.command("mill_25", PlcAction.PAUSE) is PlcResult.REFUSED_NOT_REMOTE
    panel.command("mill_25", PlcAction.TAKE)
    assert panel.command("mill_25", PlcAction.START) is PlcResult.REFUSED_NOT_CHARGED
    assert panel.starts("mill_25") == 0


@pytest.mark.parametrize(
    ("address", "words", "code"),
    [
        (0, [0, 1], ILLEGAL_ADDRESS),
        (1, [0, 1, 2], ILLEGAL_ADDRESS),
        (0, [0, 1, 2, 0], ILLEGAL_ADDRESS),
        (96, [0, 1, 2], ILLEGAL_ADDRESS),
        (0, [0, 1, 0], ILLEGAL_VALUE),
        (0, [0, 1, 5], ILLEGAL_VALUE),
    ],
)
def test_the_plc_takes_nothing_but_a_whole_command(
    address: int, words: list[int], code: int, panel: Panel
) -> None:
    with pytest.raises(RegisterError) as caught:
        panel.device.write(address, words)
    assert caught.value.code == code
    assert list(panel.device.read_holding(0, 96)) == [0] * 96


def test_an_incident_of_the_scenario_happens_at_its_minute(scenario: Scenario, clock: HandClock) -> None:
    incident = Incident("mill_24", IncidentKind.INTERLOCK, 700, 730)
    plant = SimulatedPlant(msgspec.structs.replace(scenario, incidents=[incident]), clock)
    clock.set_minute(710)
    assert plant.mill("mill_24").interlock
    clock.set_minute(731)
    after = plant.mill("mill_24")
    assert (after.state, after.interlock, after.starts_count) == (MillState.RUNNING, False, 2)
    assert after.done_min == pytest.approx(121)  # 120 until the interlock, one since
