"""A moment on the command line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click


class Moment(click.ParamType[int]):
    """ISO 8601 as UTC milliseconds; without an offset it is UTC."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The milliseconds; fails with a sentence."""
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(
                f"{value!r} is not a time; write 2016-03-14T08:00+08:00 (without an offset: UTC).", param, ctx
            )
        aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


MOMENT = Moment()
