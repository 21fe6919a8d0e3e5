"""The PLC of the mills as its registers show it: one block of 16 a mill, commands with a sequence number.

Holding registers of block i, from address 16·i (the only ones that can be written, all three by one FC16):
+0/+1 sequence high and low word, +2 action. A new sequence carries out its action, the same again nothing.
Input registers: +0 status bits, +1 starts of the motor, +2/+3 last sequence carried out, +4 its result.
"""

from __future__ import annotations

from collections.abc import Sequence

from devices.plc import COMMAND_REGISTERS, PlcAction, PlcResult
from devices.simulator.mill import Mill, MillState
from devices.simulator.modbus_slave import ILLEGAL_ADDRESS, ILLEGAL_VALUE, RegisterError

BLOCK = 16


class PlcBlock:
    """The PLC's memory for one mill."""

    def __init__(self, mill: Mill) -> None:
        self.mill = mill
        self.written: tuple[int, int, int] = (0, 0, 0)
        self.last_sequence = 0
        self.last_result = PlcResult.DONE

    def write(self, high: int, low: int, action: int) -> None:
        """Takes a command, carries it out if its sequence is new; RegisterError for an unknown action."""
        if action not in tuple(PlcAction):
            raise RegisterError(ILLEGAL_VALUE)
        self.written = (high, low, action)
        sequence = high << 16 | low
        if sequence != self.last_sequence:
            self.last_sequence = sequence
            self.last_result = self._carry_out(PlcAction(action))

    def holding(self) -> list[int]:
        """The block's 16 holding registers."""
        return [*self.written, *[0] * (BLOCK - COMMAND_REGISTERS)]

    def input(self) -> list[int]:
        """The block's 16 input registers."""
        mill = self.mill
        charged = mill.state in (MillState.CHARGED, MillState.RUNNING, MillState.PAUSED)
        bits = (mill.state is MillState.RUNNING, charged, mill.local, mill.interlock, mill.remote)
        status = sum(1 << place for place, bit in enumerate(bits) if bit)
        words = [status, mill.starts_count & 0xFFFF, self.last_sequence >> 16, self.last_sequence & 0xFFFF]
        return [*words, int(self.last_result), *[0] * (BLOCK - 5)]

    def _carry_out(self, action: PlcAction) -> PlcResult:
        mill = self.mill
        if mill.local:
            return PlcResult.REFUSED_LOCAL
        if action is PlcAction.TAKE or action is PlcAction.RELEASE:
            mill.set_remote(action is PlcAction.TAKE)
            return PlcResult.DONE
        if action is PlcAction.START and mill.interlock:
            return PlcResult.REFUSED_INTERLOCK
        if not mill.remote:
            return PlcResult.REFUSED_NOT_REMOTE
        if action is PlcAction.PAUSE:
            mill.pause()
            return PlcResult.DONE
        return PlcResult.DONE if mill.start() else PlcResult.REFUSED_NOT_CHARGED


class Plc:
    """The register blocks of all mills, in the order in which they are given."""

    def __init__(self, mills: Sequence[Mill]) -> None:
        self._blocks = [PlcBlock(mill) for mill in mills]

    def holding(self, address: int, count: int) -> list[int]:
        """Holding registers (FC03); RegisterError outside the blocks."""
        return _cut([word for block in self._blocks for word in block.holding()], address, count)

    def input(self, address: int, count: int) -> list[int]:
        """Input registers (FC04); RegisterError outside the blocks."""
        return _cut([word for block in self._blocks for word in block.input()], address, count)

    def write(self, address: int, words: Sequence[int]) -> None:
        """One command (FC16): exactly the three words of one block; RegisterError for anything else."""
        index, offset = divmod(address, BLOCK)
        if offset != 0 or len(words) != COMMAND_REGISTERS or index >= len(self._blocks):
            raise RegisterError(ILLEGAL_ADDRESS)
        self._blocks[index].write(words[0], words[1], words[2])


def _cut(words: list[int], address: int, count: int) -> list[int]:
    if address + count > len(words):
        raise RegisterError(ILLEGAL_ADDRESS)
    return words[address : address + count]
