"""Carries out the commands of plans: stored first, then written, read back, never repeated blindly."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Unpack

from devices.clock import Clock
from devices.line_events import WriteCommand, WriteDone, WriteOutcome
from devices.plc import PlcAction, PlcMachineStatus, PlcResult
from devices.plc_poll import REFUSALS
from hmi.station.audit_trail import note
from hmi.station.codes import Skip
from hmi.station.facts import Facts
from hmi.station.plan_commands import (
    OPEN,
    Decision,
    Standing,
    Verdict,
    decide,
    next_command,
    progressed,
    superseded,
)
from hmi.station.plan_run import PlanRun, note_started, save_progress
from hmi.station.state_keeper import StateKeeper
from hmi.store.database import Store
from hmi.store.plans import CommandChanges, add_commands, update_command
from hmi.store.records import Command, CommandAction, CommandState
from solver.durations import MINUTE_MS

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
WORTH_ANOTHER_SEQUENCE = (*REFUSALS.values(), "newer_sequence")
ANSWER_REAL_S = 60.0  # a write whose outcome is not told by then is looked up in the PLC
RELEASE = CommandAction.RELEASE
RELEASE_AGAIN_MS = 5 * MINUTE_MS  # plant time; after a release that was refused for good
ACTIONS = {
    CommandAction.TAKE: PlcAction.TAKE,
    CommandAction.START: PlcAction.START,
    CommandAction.PAUSE: PlcAction.PAUSE,
    CommandAction.RELEASE: PlcAction.RELEASE,
}
Submit = Callable[[WriteCommand], None]


class Executor:
    """Writes what is due; what it is not sure of it looks up in the PLC before it writes anything else."""

    def __init__(self, store: Store, facts: Facts, states: StateKeeper, clock: Clock, submit: Submit) -> None:
        self._store = store
        self._facts = facts
        self._states = states
        self._clock = clock
        self._submit = submit
        self._in_flight_s: dict[int, float] = {}
        self._unsure_ms: dict[int, int] = {}  # since when; only a later reading of the PLC settles it
        self._attempts: dict[int, int] = {}

    def step(self, run: PlanRun, now_ms: int) -> bool:
        """Does what is due for a plan now; returns whether a command was handed to the PLC."""
        wrote = False
        for machine in run.progress:
            self._settle_unsure(run, machine, now_ms)
            wrote = self._step_machine(run, machine, now_ms) or wrote
        return wrote

    def note_progress(self, run: PlanRun) -> None:
        """Takes what the PLC has just told of the machines that the plan has taken."""
        before = dict(run.progress)
        for machine, items in before.items():
            plc = self._facts.plc.get(machine)
            current = next((item.batch for item in items if item.done_ms is None), None)
            if plc is None or current is None or not run.has_taken(machine):
                continue
            t_ms = self._facts.plc_ms[machine]
            run.progress[machine] = progressed(items, plc, run.has_started(machine, current), t_ms)
        if run.progress != before:
            save_progress(self._store, run)

    def write_done(self, run: PlanRun, event: WriteDone) -> None:
        """Takes what became of a command that was handed to the PLC."""
        command = run.commands[event.command_id]
        self._in_flight_s.pop(command.id, None)
        if command.state is not CommandState.WRITING:
            return
        match event.outcome:
            case WriteOutcome.VERIFIED:
                self._verified(run, command, event.read_back_ms or event.t_ms, event.frames)
            case WriteOutcome.REFUSED:
                self._refused(run, command, event.detail, event.frames)
            case WriteOutcome.FAILED | WriteOutcome.UNKNOWN:
                self._change(run, command, reason=event.detail, frames=_joined(command.frames, event.frames))
                self._unsure_ms[command.id] = event.t_ms

    def skip_open(self, run: PlanRun, reason: Skip) -> None:
        """Lets go of all that is not being written, releases aside."""
        for command in list(run.commands.values()):
            if command.action is not CommandAction.RELEASE and command.state in (
                CommandState.PENDING,
                CommandState.HELD,
            ):
                self._change(run, command, state=CommandState.SKIPPED, reason=reason.value)

    def let_go(self, run: PlanRun, machines: Collection[str]) -> None:
        """Gives up what is open for machines that the PLC of this plant does not have (any more)."""
        for command in list(run.commands.values()):
            if command.machine not in machines and command.state in (*OPEN, CommandState.WRITING):
                self._change(run, command, state=CommandState.FAILED, reason="unknown_machine")

    def release_now(self, run: PlanRun, now_ms: int) -> None:
        """Makes every release due."""
        for command in list(run.commands.values()):
            if command.action is CommandAction.RELEASE and command.state is CommandState.PENDING:
                self._change(run, command, due_ms=min(command.due_ms, now_ms))

    def _step_machine(self, run: PlanRun, machine: str, now_ms: int) -> bool:
        while True:
            commands = run.of_machine(machine)
            command = next_command(commands, now_ms)
            if command is None:
                return False
            decision = (
                Decision(Verdict.SKIP, Skip.SUPERSEDED)
                if superseded(command, commands, now_ms)
                else decide(command, self._standing(run, machine, now_ms))
            )
            match decision.verdict:
                case Verdict.WAIT:
                    return False
                case Verdict.WRITE:
                    self._write(run, command, now_ms)
                    return True
                case Verdict.HOLD:
                    self._hold(run, command, decision.reason)
                    return False
                case Verdict.SKIP:
                    self._change(run, command, state=CommandState.SKIPPED, reason=decision.reason)

    def _standing(self, run: PlanRun, machine: str, now_ms: int) -> Standing:
        plc = self._facts.fresh_plc(machine, now_ms)
        twin = self._states.twins.get(machine)
        has_cycle = twin is not None and twin.under_way is not None
        return Standing(
            plc=plc,
            meter_fresh=self._facts.meter_is_fresh(machine, now_ms),
            taken=run.has_taken(machine),
            batch_under_way=plc is not None and (plc.running or (plc.charged and has_cycle)),
            progress=run.progress[machine],
            over=run.is_over(now_ms),
            plc_lags=self._plc_lags(run, machine),
        )

    def _plc_lags(self, run: PlanRun, machine: str) -> bool:
        """Whether the PLC has not been read since the machine's last command was read back."""
        done = [
            command.read_back_ms for command in run.of_machine(machine) if command.read_back_ms is not None
        ]
        read_ms = self._facts.plc_ms.get(machine)
        return bool(done) and (read_ms is None or read_ms <= max(done))

    def _write(self, run: PlanRun, command: Command, now_ms: int) -> None:
        written = self._change(run, command, state=CommandState.WRITING, reason="", written_ms=now_ms)
        self._attempts[command.id] = self._attempts.get(command.id, 0) + 1
        self._in_flight_s[command.id] = self._clock.monotonic_s()
        self._submit(WriteCommand(command.id, command.machine, written.sequence, ACTIONS[command.action]))

    def _hold(self, run: PlanRun, command: Command, reason: str) -> None:
        if command.state is not CommandState.HELD or command.reason != reason:
            self._change(run, command, state=CommandState.HELD, reason=reason)

    def _settle_unsure(self, run: PlanRun, machine: str, now_ms: int) -> None:
        for command in run.of_machine(machine):
            if command.state is not CommandState.WRITING or self._is_in_flight(command.id):
                continue
            since_ms = self._unsure_ms.setdefault(command.id, now_ms)
            plc = self._facts.plc.get(machine)
            if plc is not None and self._facts.plc_ms[machine] > since_ms:
                del self._unsure_ms[command.id]
                self._settle(run, command, plc, now_ms)

    def _settle(self, run: PlanRun, command: Command, plc: PlcMachineStatus, now_ms: int) -> None:
        """The PLC's last sequence says whether a command arrived; one that did not is decided upon anew."""
        if plc.last_sequence == command.sequence:
            if plc.last_result == PlcResult.DONE:
                self._verified(run, command, now_ms, command.frames)
            else:
                self._refused(run, command, REFUSALS.get(plc.last_result, "refused"), command.frames)
        elif self._attempts.get(command.id, 0) >= MOST_ATTEMPTS and command.action is not RELEASE:
            self._fail(run, command, command.reason or "not_carried_out", command.frames)
        else:
            self._change(run, command, state=CommandState.PENDING, reason="")

    def _verified(self, run: PlanRun, command: Command, t_ms: int, frames: str) -> None:
        self._change(
            run,
            command,
            state=CommandState.VERIFIED,
            reason="",
            read_back_ms=t_ms,
            frames=_joined(command.frames, frames),
        )
        self._note(command, "verified", "")
        if command.action is CommandAction.START:
            note_started(run, command.machine, command.batch, t_ms)
            save_progress(self._store, run)

    def _refused(self, run: PlanRun, command: Command, code: str, frames: str) -> None:
        """A sequence that the PLC has refused is spent: a new command takes its place, a few times."""
        refusals = sum(
            other.reason.startswith(Skip.REFUSED)
            for other in run.of_machine(command.machine)
            if (other.batch, other.action, other.due_ms) == (command.batch, command.action, command.due_ms)
        )
        frames = _joined(command.frames, frames)
        if refusals + 1 >= MOST_ATTEMPTS or code not in WORTH_ANOTHER_SEQUENCE:
            with self._store.transaction():
                self._fail(run, command, code, frames)
                if command.action is RELEASE:  # a machine is not left in our hands
                    later_ms = self._clock.now_ms() + RELEASE_AGAIN_MS
                    self.add(run, [replace(command, due_ms=later_ms)])
            return
        with self._store.transaction():
            self._change(run, command, state=CommandState.SKIPPED, reason=Skip.REFUSED.value, frames=frames)
            self.add(run, [command])

    def _fail(self, run: PlanRun, command: Command, reason: str, frames: str) -> None:
        self._change(run, command, state=CommandState.FAILED, reason=reason, frames=frames)
        self._note(command, "failed", reason)

    def _note(self, command: Command, result: str, reason: str) -> None:
        target = " ".join(part for part in (command.machine, command.batch) if part)
        sequence = f"plan {command.plan_id}, sequence {command.sequence}"
        note(
            self._store,
            self._clock,
            action=f"command_{command.action}",
            target=target,
            after=sequence,
            result=result,
            reason=reason,
        )

    def add(self, run: PlanRun, commands: list[Command]) -> None:
        """Adds pending commands to a plan, with new sequences above all that the PLC has seen."""
        fresh = [
            Command(0, run.plan_id, command.machine, command.batch, command.action, command.due_ms, 0)
            for command in commands
        ]
        for stored in add_commands(self._store, run.plan_id, fresh, above=self._facts.highest_sequence()):
            run.commands[stored.id] = stored

    def _is_in_flight(self, command_id: int) -> bool:
        handed_s = self._in_flight_s.get(command_id, -math.inf)
        return self._clock.monotonic_s() - handed_s < ANSWER_REAL_S

    def _change(self, run: PlanRun, command: Command, **changes: Unpack[CommandChanges]) -> Command:
        update_command(self._store, command.id, **changes)
        # Not what the row says: what is to be done was signed, and the database may be written past us.
        changed = run.commands[command.id] = replace(command, **changes)
        log.info(
            "plan %s: %s %s is %s %s",
            run.plan_id,
            command.machine,
            command.action,
            changed.state,
            changed.reason,
        )
        return changed


def _joined(before: str, more: str) -> str:
    return "\n".join(part for part in (before, more) if part and part != before) if before else more
