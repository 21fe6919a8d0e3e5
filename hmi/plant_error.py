"""The error of a plant file whose keys do not fit one another."""

from __future__ import annotations


class PlantError(Exception):
    """A plant that cannot be; its text names the key and what is allowed."""
