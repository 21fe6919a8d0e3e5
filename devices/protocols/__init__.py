"""Meter protocols beside Modbus; none of them can write."""
