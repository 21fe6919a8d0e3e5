"""The profiles of a plant's meters: a user's own before the shipped, and what is wanted of each."""

from __future__ import annotations

import logging
from pathlib import Path

from devices.datafile import DataFileError
from devices.profile import MeterProfile, load_profile
from hmi.data_folder import profiles_folder
from hmi.plant import MeterSpec

LOG = logging.getLogger(__name__)


def polled_profile(meter: MeterSpec, data_dir: Path, where: str) -> MeterProfile:
    """A meter's profile with the quantities that its plant file wants of it.

    `where` is the meter's key in that file. Raises DataFileError with one sentence.
    """
    profile = load_profile(meter.profile, profiles_folder(data_dir))
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
