"""A station's turn without lines: the test says what the field says, and sees what would be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from devices.clock import Clock
from devices.line_events import LineEvent, MeterRead, PlcRead, WriteCommand, WriteDone, WriteOutcome
from devices.plc import PlcAction, PlcMachineStatus
from devices.reading import Reading
from hmi.station.payloads import payload_of
from hmi.station.watch import Watch
from hmi.store.plans import commands
from hmi.store.records import Command, CommandAction, Request, RequestKind
from hmi.store.requests import ask, request
from solver.durations import MINUTE_MS

if TYPE_CHECKING:
    from tests.hmi.station.conftest import Small

CHARGED = PlcMachineStatus(
    running=False,
    charged=True,
    local=False,
    interlock=False,
    remote=False,
    last_sequence=0,
    last_action=0,
    starts_count=0,
)


class HandClock(Clock):
    """Plant time stands until the test moves it."""

    def move(self, t_ms: int) -> None:
        object.__setattr__(self, "origin_plant_ms", t_ms)

    def now_ms(self) -> int:
        return self.origin_plant_ms

    def monotonic_s(self) -> float:
        return self.origin_plant_ms / 1000


@dataclass
class Bench:
    """A station's turn without lines: the test says what the field says, and sees what would be written."""

    world: Small
    clock: HandClock
    plc: dict[str, PlcMachineStatus]
    written: list[WriteCommand] = field(default_factory=list)
    watch: Watch = field(init=False)

    def close(self) -> None:
        if hasattr(self, "watch"):
            self.watch.close()

    def start(self) -> None:
        """A station's start; what an earlier one had not yet written is gone with it."""
        self.written.clear()
        self.close()
        self.watch = Watch(self.world.store, self.world.plant, self.clock, self.written.append)

    def field_says(self) -> list[LineEvent]:
        t_ms = self.clock.now_ms()
        powers = {mill: 48.0 if status.running else 0.3 for mill, status in self.plc.items()}
        powers["main"] = sum(powers.values())
        reads: list[LineEvent] = [
            MeterRead(meter, t_ms, (Reading(f"{meter}.power_kw", t_ms, power_kw),))
            for meter, power_kw in powers.items()
        ]
        return [*reads, PlcRead("plc", t_ms, dict(self.plc))]

    def turn(self, minutes: float = 0.1) -> None:
        """Time goes on, the field is read, and the station looks at everything."""
        self.clock.move(self.clock.now_ms() + round(minutes * MINUTE_MS))
        self.watch.turn(self.field_says())

    def carry_out(self) -> list[WriteCommand]:
        """The PLC does what was written; returns it."""
        done, self.written[:] = list(self.written), []
        for command in done:
            self.tell(command, WriteOutcome.VERIFIED)
        return done

    def tell(self, command: WriteCommand, outcome: WriteOutcome, detail: str = "") -> None:
        if outcome is WriteOutcome.VERIFIED:
            self.plc[command.machine] = acted(self.plc[command.machine], command)
        now_ms = self.clock.now_ms()
        done = WriteDone(command.command_id, outcome, now_ms, now_ms, "", detail)
        self.watch.turn([done])

    def go(self, minutes: int) -> list[PlcAction]:
        """Lets so many minutes pass with an obedient PLC; returns what was written meanwhile."""
        found = []
        for _ in range(minutes):
            self.turn(1)
            found += [command.action for command in self.carry_out()]
        return found

    def ask(self, actor: str, kind: RequestKind, payload: msgspec.Struct | dict[str, Any]) -> Request:
        plain = payload if isinstance(payload, dict) else payload_of(payload)
        request_id = ask(self.world.store, actor, "test", kind, plain, self.clock.now_ms())
        self.turn()
        answered = request(self.world.store, request_id)
        assert answered is not None
        return answered

    def propose(self, **arguments: Any) -> int:
        answered = self.ask("chen", RequestKind.PROPOSE_PLAN, self.world.proposal(**arguments))
        assert answered.accepted, (answered.answer, answered.detail)
        return int(str(answered.detail["plan_id"]))

    def approve(self, plan_id: int) -> Request:
        return self.ask("liu", RequestKind.APPROVE_PLAN, self.world.approval(plan_id))

    def approved(self, **arguments: Any) -> int:
        plan_id = self.propose(**arguments)
        answered = self.approve(plan_id)
        assert answered.accepted, (answered.answer, answered.detail)
        return plan_id

    def change(self, table: str, key: int | str, **columns: object) -> None:
        """Somebody writes into the database past the station."""
        with self.world.store.transaction() as db:
            db.table(table).update(key, columns)

    def command(self, plan_id: int, action: CommandAction, machine: str = "mill_1") -> Command:
        return [
            command
            for command in commands(self.world.store, plan_id)
            if (command.machine, command.action) == (machine, action)
        ][-1]


def acted(status: PlcMachineStatus, command: WriteCommand) -> PlcMachineStatus:
    after = replace(status, last_sequence=command.sequence, last_action=int(command.action))
    match command.action:
        case PlcAction.TAKE:
            return replace(after, remote=True)
        case PlcAction.START:
            return replace(after, running=True, starts_count=status.starts_count + 1)
        case PlcAction.PAUSE:
            return replace(after, running=False)
        case _:
            return replace(after, remote=False)


@pytest.fixture
def bench(small: Small) -> Iterator[Bench]:
    clock = HandClock(origin_plant_ms=small.clock.now_ms())
    small.clock = clock
    found = Bench(small, clock, {"mill_1": CHARGED, "mill_2": CHARGED})
    found.start()
    found.turn()
    yield found
    found.close()
