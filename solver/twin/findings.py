"""When a machine is not itself: findings with their evidence, each said once, none while its meter is bad."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from solver.twin.charts import DriftChart, SelfStarting, Series, Trend, trend

TREND_BATCHES = 30
TREND_CHANCE = 0.001
LEAST_TREND = 0.05  # over the batches that are looked at
PEER_Z = 3.5
PEER_BATCHES = 10
LEAST_BATCHES = 3  # of a machine, before it is a peer
LEAST_PEERS = 4
LEAST_PEER_SPREAD = 0.03  # of a machine's specific energy: machines are never quite alike
MAD_TO_SD = 1.4826
MORE_THAN_EXPLAINED = 1.5


class FindingKind(StrEnum):
    """What was found."""

    DRIFT_UP = "drift_up"  # batches take more than they did
    DRIFT_DOWN = "drift_down"  # or less: a charge too small, a meter, a grind cut short
    TREND = "trend"  # slowly, over many batches
    ABOVE_PEERS = "above_peers"
    BELOW_PEERS = "below_peers"  # an anomaly until it is explained, not a best practice
    SHAPE = "shape"  # the batch's power does not look like its template
    IDLING = "idling"
    OVER_RUNNING = "over_running"
    LEAK = "leak"  # air, water or gas flows though nothing runs


OF_BATCHES = (FindingKind.DRIFT_UP, FindingKind.DRIFT_DOWN, FindingKind.TREND)
OF_PEERS = (FindingKind.ABOVE_PEERS, FindingKind.BELOW_PEERS)
EXPLAINED = (*OF_PEERS, FindingKind.IDLING)  # once looked into, these are said again only where they are more


@dataclass(frozen=True, slots=True)
class BatchFigures:
    """A finished batch as the findings see it; `specific` is kWh per tonne, kWh where no tonnes are known.

    `trusted` is False where the meter was bad or the batch was not seen as a whole.
    """

    machine: str
    start_ms: int
    end_ms: int
    specific: float
    recipe: str = ""
    trusted: bool = True
    per_tonne: bool = False

    @property
    def series(self) -> Series:
        """What it may be compared with: batches of its recipe, by tonne or as a whole."""
        return self.recipe, self.per_tonne


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was: since when, how much (a share, or kWh for waste), and the evidence.

    `batches_ms` are the starts of the batches that show it, `values` theirs; `usual` what was expected.
    `money` is what it cost, where that is known.
    """

    machine: str
    kind: FindingKind
    found_ms: int
    since_ms: int
    amount: float
    usual: float
    batches_ms: tuple[int, ...] = ()
    values: tuple[float, ...] = ()
    money: float | None = None
    per_tonne: bool = False
    recipe: str = ""
    bands: tuple[tuple[str, float, float], ...] = ()  # of waste: tariff band, kWh, money


@dataclass(slots=True)
class MachineRecord:
    """The batches of one machine and the charts over them."""

    charts: DriftChart = field(default_factory=DriftChart)
    baseline: SelfStarting = field(default_factory=SelfStarting)
    scored: list[BatchFigures] = field(default_factory=list)  # those in the chart, in its order
    trusted: dict[Series, list[BatchFigures]] = field(default_factory=dict)


@dataclass(slots=True)
class FindingBook:
    """All machines' batches and what was found; a finding stands until maintenance is acknowledged."""

    records: dict[str, MachineRecord] = field(default_factory=dict)
    standing: dict[tuple[str, FindingKind], Finding] = field(default_factory=dict)
    closed: dict[tuple[str, FindingKind], float] = field(default_factory=dict)  # by its amount, explained
    over_runs: dict[str, int] = field(default_factory=dict)  # looked into: by machine, when the batch began

    def take_batch(self, batch: BatchFigures) -> list[Finding]:
        """Takes a finished batch; returns what is found now and was not standing."""
        if not (batch.trusted and math.isfinite(batch.specific) and batch.specific > 0):
            return []
        record = self.records.setdefault(batch.machine, MachineRecord())
        record.trusted.setdefault(batch.series, []).append(batch)
        drift = self._drift(record, batch)
        found = drift + self._trend(record, batch) + self._peers(batch)
        return [each for each in found if self.note(each)]

    def note(self, finding: Finding) -> bool:
        """Lets a finding stand; False where it stands already."""
        key = (finding.machine, finding.kind)
        explained = self.closed.get(key, 0.0)
        if (
            finding.kind is FindingKind.OVER_RUNNING
            and self.over_runs.get(finding.machine) == finding.since_ms
        ):
            return False
        if key in self.standing or abs(finding.amount) < MORE_THAN_EXPLAINED * abs(explained):
            return False
        self.standing[key] = finding
        return True

    def renew(self, finding: Finding) -> bool:
        """Lets a finding stand as it is by now; True where it is new."""
        known = self.standing.get((finding.machine, finding.kind))
        if known is None:
            return self.note(finding)
        self.standing[(finding.machine, finding.kind)] = replace(finding, found_ms=known.found_ms)
        return False

    def close(self, machine: str, kind: FindingKind) -> bool:
        """Somebody looked into a finding; False where none stands.

        What a machine is beside its peers, and how much it idles, stays explained until it is half as much
        again; a batch that runs too long is said once. After a drift or a trend its charts begin anew.
        """
        found = self.standing.pop((machine, kind), None)
        if found is None:
            return False
        if kind in EXPLAINED:
            self.closed[(machine, kind)] = found.amount
        elif kind is FindingKind.OVER_RUNNING:
            self.over_runs[machine] = found.since_ms
        elif kind in OF_BATCHES:
            self.records.pop(machine, None)
        return True

    def maintained(self, machine: str) -> None:
        """Maintenance was acknowledged: the machine is new, its findings and charts begin again."""
        self.records.pop(machine, None)
        for key in [key for key in self.standing if key[0] == machine]:
            del self.standing[key]

    def _drift(self, record: MachineRecord, batch: BatchFigures) -> list[Finding]:
        if any(
            (batch.machine, kind) in self.standing for kind in (FindingKind.DRIFT_UP, FindingKind.DRIFT_DOWN)
        ):
            return []  # it is known; what comes now must not become the usual
        value = math.log(batch.specific)
        score = record.baseline.score(batch.series, value)
        usual = math.exp(record.baseline.means.get(batch.series, value))
        record.baseline.learn(batch.series, value)
        if score is None:
            return []
        record.scored.append(batch)
        since = record.charts.add(score)
        if since is None:
            return []
        shown = record.scored[since:]
        before = [each for each in record.scored[:since] if each.series == batch.series]
        if len(before) >= 3:
            usual = float(np.median([each.specific for each in before]))
        amount = (
            float(np.median([each.specific for each in shown if each.series == batch.series])) / usual - 1
        )
        kind = FindingKind.DRIFT_UP if amount > 0 else FindingKind.DRIFT_DOWN
        record.charts, record.scored = DriftChart(), []
        return [_of_batches(kind, shown, batch, amount, usual)]

    def _trend(self, record: MachineRecord, batch: BatchFigures) -> list[Finding]:
        """Once in so many batches, so that chance is asked seldom."""
        same = record.trusted[batch.series]
        if len(same) < TREND_BATCHES or len(same) % (TREND_BATCHES // 3):
            return []
        shown = same[-TREND_BATCHES:]
        found: Trend | None = trend([math.log(each.specific) for each in shown])
        if found is None or found.chance > TREND_CHANCE:
            return []
        amount = found.slope * TREND_BATCHES
        if abs(amount) < LEAST_TREND:
            return []
        return [_of_batches(FindingKind.TREND, shown, batch, amount, shown[0].specific)]

    def _peers(self, batch: BatchFigures) -> list[Finding]:
        newest = {
            machine: record.trusted.get(batch.series, [])[-PEER_BATCHES:]
            for machine, record in self.records.items()
        }
        judged = {machine: batches for machine, batches in newest.items() if len(batches) >= LEAST_BATCHES}
        if len(judged) < LEAST_PEERS:
            return []
        typical = {
            machine: float(np.median([each.specific for each in batches]))
            for machine, batches in judged.items()
        }
        return [
            Finding(
                each.machine,
                each.kind,
                batch.end_ms,
                batch.start_ms,
                each.amount,
                each.usual,
                (),
                each.values,
                per_tonne=batch.per_tonne,
                recipe=batch.recipe,
            )
            for each in peer_findings(typical, batch.end_ms)
            if each.machine == batch.machine
        ]


def peer_findings(specific: Mapping[str, float], t_ms: int) -> list[Finding]:
    """Machines far from their peers, by a robust z of the logarithm of their specific energies."""
    if len(specific) < LEAST_PEERS:
        return []
    logs = np.log(list(specific.values()))
    middle = float(np.median(logs))
    spread = max(MAD_TO_SD * float(np.median(np.abs(logs - middle))), LEAST_PEER_SPREAD)
    found = []
    for (machine, value), log in zip(specific.items(), logs.tolist(), strict=True):
        if abs(log - middle) > PEER_Z * spread:
            kind = FindingKind.ABOVE_PEERS if log > middle else FindingKind.BELOW_PEERS
            usual = math.exp(middle)
            found.append(Finding(machine, kind, t_ms, t_ms, value / usual - 1, usual, (), (value,)))
    return found


def _of_batches(
    kind: FindingKind, shown: Sequence[BatchFigures], last: BatchFigures, amount: float, usual: float
) -> Finding:
    return Finding(
        last.machine,
        kind,
        last.end_ms,
        shown[0].start_ms,
        amount,
        usual,
        tuple(each.start_ms for each in shown),
        tuple(each.specific for each in shown),
        per_tonne=last.per_tonne,
        recipe=last.recipe,
    )
