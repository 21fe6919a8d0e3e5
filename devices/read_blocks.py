"""Which requests fetch a meter's quantities: neighbours share one where that is quicker and allowed."""

from __future__ import annotations

from dataclasses import dataclass

from devices.profile_schema import MeterProfile, QuantitySpec

TYPICAL_HOLE = 29  # registers: what a merged read may carry along at 9600 baud and 40 ms turnaround


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """Registers fetched by one request, and the quantities in them."""

    fc: int
    address: int
    count: int
    quantities: tuple[QuantitySpec, ...]


def read_blocks(profile: MeterProfile, *, most_hole: int = TYPICAL_HOLE) -> tuple[ReadBlock, ...]:
    """The requests that fetch all quantities; neighbours share one over at most `most_hole` registers."""
    blocks: list[ReadBlock] = []
    for quantity in sorted(profile.quantities, key=_place):
        if blocks and _fits(profile, blocks[-1], quantity, most_hole):
            blocks[-1] = _extended(blocks[-1], quantity)
        else:
            count = quantity.end - quantity.start
            blocks.append(ReadBlock(quantity.fc, quantity.start, count, (quantity,)))
    return tuple(blocks)


def has_hole(block: ReadBlock) -> bool:
    """Whether registers are read along that belong to no quantity."""
    end = block.address
    for quantity in sorted(block.quantities, key=_place):
        if quantity.start > end:
            return True
        end = max(end, quantity.end)
    return False


def _place(quantity: QuantitySpec) -> tuple[int, int]:
    return quantity.fc, quantity.start


def _extended(block: ReadBlock, quantity: QuantitySpec) -> ReadBlock:
    end = max(block.address + block.count, quantity.end)
    return ReadBlock(block.fc, block.address, end - block.address, (*block.quantities, quantity))


def _fits(profile: MeterProfile, block: ReadBlock, quantity: QuantitySpec, most_hole: int) -> bool:
    block_end = block.address + block.count
    if quantity.fc != block.fc or quantity.start - block_end > most_hole:
        return False
    if max(block_end, quantity.end) - block.address > profile.max_block:
        return False
    return not any(low < quantity.start and high >= block_end for low, high in profile.forbidden)
