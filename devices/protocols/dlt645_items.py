"""The data items of DL/T 645-2007 that a poll may ask for: names, lengths, decimals and signs."""

from __future__ import annotations

from dataclasses import dataclass

ENERGIES = {
    0x00: ("combined active energy", "组合有功电能", "kWh", True),
    0x01: ("forward active energy", "正向有功电能", "kWh", False),
    0x02: ("reverse active energy", "反向有功电能", "kWh", False),
    0x03: ("combined reactive energy 1", "组合无功1电能", "kvarh", True),
    0x04: ("combined reactive energy 2", "组合无功2电能", "kvarh", True),
    0x05: ("reactive energy, quadrant 1", "第一象限无功电能", "kvarh", False),
    0x06: ("reactive energy, quadrant 2", "第二象限无功电能", "kvarh", False),
    0x07: ("reactive energy, quadrant 3", "第三象限无功电能", "kvarh", False),
    0x08: ("reactive energy, quadrant 4", "第四象限无功电能", "kvarh", False),
}
# name, Chinese name, unit, bytes, decimals, signed, whether there is a total before the phases
PHASED = {
    0x01: ("voltage", "电压", "V", 2, 1, False, False),
    0x02: ("current", "电流", "A", 3, 3, True, False),
    0x03: ("active power", "瞬时有功功率", "kW", 3, 4, True, True),
    0x04: ("reactive power", "瞬时无功功率", "kvar", 3, 4, True, True),
    0x05: ("apparent power", "瞬时视在功率", "kVA", 3, 4, True, True),
    0x06: ("power factor", "功率因数", "", 2, 3, True, True),
}
SINGLE = {
    0x02800001: ("neutral current", "零线电流", "A", 3, 3, True),
    0x02800002: ("frequency", "电网频率", "Hz", 2, 2, False),
    0x02800003: ("active power, mean of a minute", "一分钟有功总平均功率", "kW", 3, 4, True),
    0x02800007: ("temperature inside the meter", "表内温度", "°C", 2, 1, True),
    0x02800008: ("clock battery voltage", "时钟电池电压", "V", 2, 2, False),
    0x04000401: ("meter address", "通信地址", "", 6, 0, False),
    0x04000402: ("meter number", "表号", "", 6, 0, False),
}
PHASES = {0: ("total", "总"), 1: ("phase A", "A相"), 2: ("phase B", "B相"), 3: ("phase C", "C相")}
TARIFFS = {1: "尖", 2: "峰", 3: "平", 4: "谷"}  # the usual assignment; the meter's own table decides
MOST_TARIFFS = 63
BLOCK = 0xFF


@dataclass(frozen=True, slots=True)
class DataItem:
    """One value: `size` bytes of BCD digits with `decimals`, negative by the top bit where `signed`."""

    name: str
    name_zh: str
    unit: str
    size: int
    decimals: int
    signed: bool
    is_text: bool = False


def data_items(di: int, size: int) -> tuple[DataItem, ...]:
    """The values under an identifier whose data have `size` bytes; empty when it is not one known here.

    For a single value `size` does not matter; a block (FF) has as many as there are bytes for.
    """
    if di in SINGLE:
        name, name_zh, unit, length, decimals, signed = SINGLE[di]
        return (DataItem(name, name_zh, unit, length, decimals, signed, is_text=length == 6),)
    kind, group, part, past = di.to_bytes(4, "big")
    if kind == 0x00 and group in ENERGIES and past <= 12:
        return _energies(group, part, past, size)
    if kind == 0x02 and group in PHASED and past == 0:
        return _phases(group, part, size)
    return ()


def _energies(group: int, part: int, past: int, size: int) -> tuple[DataItem, ...]:
    if part == BLOCK:
        return tuple(_energy(group, tariff, past) for tariff in range(min(size // 4, MOST_TARIFFS + 1)))
    return (_energy(group, part, past),) if part <= MOST_TARIFFS else ()


def _energy(group: int, tariff: int, past: int) -> DataItem:
    name, name_zh, unit, signed = ENERGIES[group]
    when, when_zh = (f", {past} settlements ago", f"（上{past}结算日）") if past else ("", "（当前）")
    which = f"tariff {tariff}" if tariff else "total"
    usual = f"（{TARIFFS[tariff]}）" if tariff in TARIFFS else ""
    which_zh = name_zh.replace("电能", f"费率{tariff}{usual}电能" if tariff else "总电能")
    return DataItem(f"{name}, {which}{when}", f"{when_zh}{which_zh}", unit, 4, 2, signed)


def _phases(group: int, part: int, size: int) -> tuple[DataItem, ...]:
    has_total = PHASED[group][6]
    parts = list(range(0 if has_total else 1, 4))
    if part == BLOCK:
        return tuple(_phase(group, one) for one in parts[: size // PHASED[group][3]])
    return (_phase(group, part),) if part in parts else ()


def _phase(group: int, part: int) -> DataItem:
    name, name_zh, unit, size, decimals, signed, _ = PHASED[group]
    phase, phase_zh = PHASES[part]
    return DataItem(f"{name}, {phase}", f"{phase_zh}{name_zh}", unit, size, decimals, signed)
