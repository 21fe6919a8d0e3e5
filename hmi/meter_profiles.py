"""The profiles of a plant's meters: a user's own before the shipped, and what is wanted of each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from devices.datafile import DataFileError
from devices.profile import MeterProfile, load_profile
from hmi.data_folder import profiles_folder
from hmi.plant import MeterSpec

LoadProfile = Callable[[str], MeterProfile]

LOG = logging.getLogger(__name__)


def profile_loader(data_dir: Path) -> LoadProfile:
    """Reads and checks each profile once, for many meters are alike."""
    return cache(partial(load_profile, own=profiles_folder(data_dir)))


def polled_profile(meter: MeterSpec, load: LoadProfile, where: str) -> MeterProfile:
    """A meter's profile with the quantities that its plant file wants of it.

    `where` is the meter's key in that file. Raises DataFileError with one sentence.
    """
    profile = load(meter.profile)
    if profile.deprecated:
        LOG.warning("%s: profile %s is deprecated: %s", where, meter.profile, profile.deprecated)
    if meter.quantities is None:
        return profile
    try:
        return profile.with_quantities(meter.quantities)
    except KeyError as error:
        known = ", ".join(spec.name.value for spec in (*profile.quantities, *profile.optional))
        raise DataFileError(
            f"{where}.quantities: {error.args[0].value!r} is not in profile {meter.profile!r}; "
            f"it has {known}."
        ) from error
