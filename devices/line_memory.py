"""What a line remembers of its devices: which replies they still owe, and how soon they answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass

from devices.request import LineRequest

LATEST_S = 10.0  # a reply later than this is not reckoned with; RTU has no transaction numbers
USUALLY_LATE_S = 3.0
LEARNED_FROM = 12  # answers before a device's own pace counts
REMEMBERED = 64
PATIENCE = 4  # times the latency that 19 of 20 answers keep
LEAST_WAIT_S = 0.2  # adapters and busy machines hold bytes back


@dataclass(frozen=True, slots=True)
class _Debt:
    request: LineRequest
    until_s: float


class Debts:
    """Replies that devices may still send late. Times are real seconds of the monotonic clock."""

    def __init__(self) -> None:
        self._owed: dict[Hashable, list[_Debt]] = {}

    def alike(self, request: LineRequest, now_s: float) -> list[LineRequest]:
        """The unanswered requests, of whatever station, whose reply would look like this one's."""
        key = request.reply_key
        return [
            debt.request
            for debts in self._owed.values()
            for debt in debts
            if debt.until_s > now_s and debt.request.reply_key == key
        ]

    def owes(self, station: Hashable, now_s: float) -> bool:
        """Whether a station may still send anything late."""
        return any(debt.until_s > now_s for debt in self._owed.get(station, ()))

    def any(self, now_s: float) -> bool:
        """Whether anything late may still come from anybody."""
        return any(self.owes(station, now_s) for station in self._owed)

    def add(self, request: LineRequest, now_s: float) -> None:
        """This request was not answered, or perhaps by a late reply to another."""
        debts = [debt for debt in self._owed.get(request.station, ()) if debt.until_s > now_s]
        self._owed[request.station] = [*debts, _Debt(request, now_s + LATEST_S)]

    def answered(self, request: LineRequest, replies: int, now_s: float) -> bool:
        """Books so many replies to a request, after those alike; False when its own may still come.

        Devices answer in order: after a reply that is surely its own, nothing older comes from them. But
        where no reply says who sends it, another's late one may come after this one's: then all have come,
        and which of them was its own cannot be told.
        """
        alike = self.alike(request, now_s)
        if replies > len(alike):
            self._owed.pop(request.station, None)
            for debts in self._owed.values():
                debts[:] = [debt for debt in debts if debt.request.reply_key != request.reply_key]
            return all(owed.station == request.station for owed in alike)
        self._take_over(request, now_s)
        # Its own are taken as paid first: what stays open may be another's, which proves less when it comes.
        others = [debts for station, debts in self._owed.items() if station != request.station]
        for debts in (self._owed[request.station], *others):
            for debt in [debt for debt in debts if debt.request.reply_key == request.reply_key]:
                if replies > 0:
                    debts.remove(debt)
                    replies -= 1
        return False

    def _take_over(self, request: LineRequest, now_s: float) -> None:
        """One more is open, but one has come: doubt lasts as long as it did, or a usual lateness from now.

        Were it as long as after a silence, a meter that is polled often would be doubted for ever.
        """
        key = request.reply_key
        alike = [debt for debts in self._owed.values() for debt in debts if debt.request.reply_key == key]
        oldest_s = min((debt.until_s for debt in alike if debt.until_s > now_s), default=now_s)
        until_s = max(oldest_s, now_s + USUALLY_LATE_S)
        self._owed.setdefault(request.station, []).append(_Debt(request, until_s))


class Patience:
    """How long each device's first byte is awaited: learned from its own latency, bounded by its profile."""

    def __init__(self) -> None:
        self._latencies_s: dict[Hashable, deque[float]] = {}

    def wait_s(self, station: Hashable, most_s: float) -> float:
        """Four times what 19 of 20 answers keep, at least 0.2 s, at most what the profile says."""
        known = self._latencies_s.get(station, ())
        if len(known) < LEARNED_FROM:
            return most_s
        usual_s = sorted(known)[int(0.95 * (len(known) - 1))]
        return min(max(PATIENCE * usual_s, LEAST_WAIT_S), most_s)

    def learn(self, station: Hashable, latency_s: float) -> None:
        """An answer began so long after its request."""
        self._latencies_s.setdefault(station, deque(maxlen=REMEMBERED)).append(latency_s)

    def forget(self, station: Hashable) -> None:
        """A silence: perhaps the device has become slower, so it is given all the time again."""
        self._latencies_s.pop(station, None)
