"""The PLC that starts and stops machines: its registers, what may be written, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from devices.datafile import DataFileError, OtherFileError, convert, toml_data
from devices.profile import DeviceTiming, SerialDefaults, profile_path

COMMAND_REGISTERS = 3  # sequence high, sequence low, action: written together or not at all
STATUS_REGISTERS = 5  # status bits, starts count, last sequence high and low, last result
HIGHEST_SEQUENCE = 0xFFFF_FFFF


class PlcAction(IntEnum):
    """What a machine is asked to do."""

    TAKE = 1  # wait for us instead of the crew's habit
    START = 2  # start the charged batch, or go on after a pause
    PAUSE = 3
    RELEASE = 4  # hand back to the crew


class PlcResult(IntEnum):
    """What became of the last executed sequence."""

    DONE = 0
    REFUSED_LOCAL = 1
    REFUSED_INTERLOCK = 2
    REFUSED_NOT_CHARGED = 3
    REFUSED_NOT_REMOTE = 4


class StatusBit(IntFlag):
    """The bits of the status register."""

    RUNNING = 1
    CHARGED = 2
    LOCAL = 4
    INTERLOCK = 8
    REMOTE = 16


class CommandArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The only registers that may ever be written, as an offset into a machine's block."""

    fc: Literal[16]
    offset: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    count: Literal[3]


class StatusArea(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a machine's status lies, as an offset into its block."""

    fc: Literal[4]
    offset: Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
    count: Literal[5]


class PlcProfile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of PLC: machine i of its list has the registers from `block_registers` × i."""

    maker: str
    model: str
    source: str
    block_registers: Annotated[int, msgspec.Meta(ge=5, le=1000)]
    command: CommandArea
    status: StatusArea
    serial: SerialDefaults = SerialDefaults()
    timing: DeviceTiming = DeviceTiming()
    max_block: Annotated[int, msgspec.Meta(ge=5, le=125)] = 125

    def command_address(self, machine_index: int) -> int:
        """Where the command of a machine is written."""
        return self.block_registers * machine_index + self.command.offset

    def status_address(self, machine_index: int) -> int:
        """Where the status of a machine is read."""
        return self.block_registers * machine_index + self.status.offset

    def may_write(self, fc: int, address: int, count: int, machines: int) -> bool:
        """Whether the allow-list holds exactly these registers."""
        allowed = [self.command_address(index) for index in range(machines)]
        return fc == self.command.fc and count == self.command.count and address in allowed


@dataclass(frozen=True, slots=True)
class PlcMachineStatus:
    """What the PLC says of one machine; `last_action` is what was last read back, 0 before that."""

    running: bool
    charged: bool
    local: bool
    interlock: bool
    remote: bool
    last_sequence: int
    last_action: int
    starts_count: int
    last_result: int = 0


def load_plc_profile(name_or_path: str | Path, own: Path | None = None) -> PlcProfile:
    """Reads a PLC profile by its name, from the folder `own` first, or by its path.

    Raises DataFileError with one sentence that names file and key.
    """
    path = profile_path(name_or_path, own)
    data = toml_data(path)
    if "quantities" in data and "command" not in data:
        raise OtherFileError(f"{path} is the profile of a meter, which takes no commands; name a PLC's.")
    profile = convert(data, PlcProfile, str(path))
    for key, area in (("command", profile.command), ("status", profile.status)):
        if area.offset + area.count > profile.block_registers:
            raise DataFileError(
                f"{path}: {key}.offset: {area.offset} puts {area.count} registers past the end of a block of "
                f"{profile.block_registers}; use at most {profile.block_registers - area.count}."
            )
    return profile


def command_registers(sequence: int, action: PlcAction) -> tuple[int, int, int]:
    """The registers of a command; ValueError when the sequence does not fit 32 bits."""
    if not 1 <= sequence <= HIGHEST_SEQUENCE:
        raise ValueError(f"sequence {sequence} is outside 1 … {HIGHEST_SEQUENCE}")
    return sequence >> 16, sequence & 0xFFFF, int(action)


def decode_status(registers: Sequence[int], last_action: int = 0) -> PlcMachineStatus:
    """A machine's status from its five input registers."""
    bits, starts, high, low, result = registers
    return PlcMachineStatus(
        running=bool(bits & StatusBit.RUNNING),
        charged=bool(bits & StatusBit.CHARGED),
        local=bool(bits & StatusBit.LOCAL),
        interlock=bool(bits & StatusBit.INTERLOCK),
        remote=bool(bits & StatusBit.REMOTE),
        last_sequence=high << 16 | low,
        last_action=last_action,
        starts_count=starts,
        last_result=result,
    )
