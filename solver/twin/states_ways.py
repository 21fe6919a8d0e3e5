"""What a level is where its power alone does not say: how steady it is, how long it lasts, how it is left."""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from solver.durations import MINUTE_MS
from solver.twin.states_model import BINS, PowerScale

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Values = FloatArray | IntArray

NEARLY_RUNNING = 0.85
NEVER_STANDS = 0.6  # of the running power; less idles where the machine otherwise never stands
HALF = 0.5  # of the running power; what lies apart below it idles where nothing else does
STEADY = 1.4  # times less from reading to reading than running is steady
RESTLESS = 3.0  # times more is something else, such as a heater that cycles
MOSTLY = 4  # times oftener one than the other
PRODUCT = 0.2  # of what running usually takes the lightest product takes
AS_LONG = 0.25  # of what running usually lasts a lighter product lasts
LITTLE_TIME = 0.03  # of the time at work a level needs to be one
MIXED = 0.3  # of the lesser side lies between two levels: they are one that wanders (0.5 where all is even)
NO_STEP = 0.25  # of what lies between a level and those above it
MOST_OF_THEM = 0.7
WANDERS = 0.6  # of the lesser side lies between two levels that one load passes through, even if it jumps
LARGE_STEPS = 5.0  # kurtosis of the steps of a load that switches; one that wanders has 3 to 4.3
MANY = 10  # times between runs, and hardly ever a run of its own, is rest
FEW = 3  # moves from level to level say nothing yet
APART_LASTING = 0.25  # ... and no more than this between two that each last
CLEAR = 0.2  # log-ratio of two levels
SAME = 1.12  # times higher is hardly apart
SMOOTHED = 6  # a level's usual stay is smoothed over this part of it
REST_MS = 6 * MINUTE_MS  # rests within running are usually no longer, or a reading
BURST_MS = 20 * MINUTE_MS  # bursts usually last no longer
KINDS_APART = 4.0  # times longer is another kind of rest
LEAST_SPREAD = 0.05  # variance of logarithms that lengths in whole steps have of themselves
RESTS_A_STOP = 3.0  # rests within running for each stop


def state_by_ways(
    places: FloatArray, bins: IntArray, levels: IntArray, state: IntArray, level_kw: FloatArray, passing: Mask
) -> IntArray:
    """The state of each level, int64[K], once its ways are minded.

    `places` float64[n] is where each step's power lies among the bins, `levels` int64[n] its level. Idling
    that running slides into without a step is running; so is what a lighter product takes. The lowest level
    at work idles where nothing else does, or where it lies between runs, if it lies apart below half of those
    above, is much steadier, or is what the machine falls to again and again.
    """
    state = state.copy()
    valleys, peaks = levels_beside(levels, level_kw, passing)
    state[_products(levels, state, level_kw, passing, valleys, peaks)] = 3
    held, long = _held_after_running(levels, state, level_kw, passing)
    state[held & long & (state == 2)] = 3
    for k in np.argsort(-level_kw):
        if state[k] == 2 and not passing[k] and _slides(bins, levels == k, (state == 3)[levels]):
            state[k] = 3
    at_work = np.flatnonzero((state == 3) & ~passing)
    if len(at_work) < 2:
        return state
    lowest = int(at_work[np.argmin(level_kw[at_work])])
    idles = (state[levels] == 2).sum() > LITTLE_TIME * (state[levels] >= 2).sum()
    if idles and valleys[lowest] < MOSTLY * peaks[lowest] + 1:
        return state
    near = [int(k) for k in at_work if level_kw[k] < math.exp(CLEAR) * level_kw[lowest]]
    alike = [k for k in near if k == lowest or is_rest(k, valleys, peaks)]
    low, above = levels == lowest, (state[levels] == 3) & (levels != lowest)
    if low.sum() < LITTLE_TIME * above.sum() or above.sum() < LITTLE_TIME * low.sum():
        return state
    if held[lowest]:
        return state
    if level_kw[lowest] < HALF * float(np.median(level_kw[levels[above]])) and _is_below(
        bins[low & (bins >= 0)], bins[above & (bins >= 0)]
    ):
        state[alike] = 2
        return state
    usual_kw = float(np.median(level_kw[levels[above]]))
    rests = not idles and is_rest(lowest, valleys, peaks)
    if (rests or state.min() == 3) and level_kw[lowest] < NEVER_STANDS * usual_kw:
        state[alike] = 2
        return state
    near_kw = NEARLY_RUNNING * usual_kw
    if level_kw[lowest] < near_kw and STEADY * _restlessness(places, low) <= _restlessness(places, above):
        state[lowest] = 2
    return state


def levels_beside(levels: IntArray, level_kw: FloatArray, passing: Mask) -> tuple[IntArray, IntArray]:
    """How often each level lies between two higher ones, and between two lower ones, int64[K] each."""
    visits = _visits(levels, passing)
    clear = math.exp(CLEAR)
    before, here, after = level_kw[visits[:-2]], level_kw[visits[1:-1]], level_kw[visits[2:]]
    inner = visits[1:-1]
    valleys = np.bincount(inner[np.minimum(before, after) > clear * here], minlength=len(level_kw))
    peaks = np.bincount(inner[clear * np.maximum(before, after) < here], minlength=len(level_kw))
    return valleys, peaks


def _held_after_running(
    levels: IntArray, state: IntArray, level_kw: FloatArray, passing: Mask
) -> tuple[Mask, Mask]:
    """Which levels hold what running brought up, and which of all levels last as long as running.

    A kiln's soak comes after a higher level, is left for a stop, hardly ever for the higher one, and lasts.
    Levels of one state that are not clearly apart count as one: a soak may waver.
    """
    one = _not_apart(state, level_kw, passing)
    levels, clear = one[levels], math.exp(CLEAR)
    visits = _visits(levels, passing)
    before, here, after = level_kw[visits[:-2]], level_kw[visits[1:-1]], level_kw[visits[2:]]
    falls = (before > clear * here) & (here > clear * after)
    ends = np.bincount(visits[1:-1][falls], minlength=len(level_kw))
    valleys, _ = levels_beside(levels, level_kw, passing)
    stays = np.array([_usual_stay(levels == k) for k in range(len(state))])
    running = (state == 3) & ~passing
    longest = float(stays[running].max()) if running.any() else math.inf
    held: Mask = (ends >= FEW) & (ends > MOSTLY * valleys) & (stays >= AS_LONG * longest)
    return held[one], (stays >= longest)[one]


def _not_apart(state: IntArray, level_kw: FloatArray, passing: Mask) -> IntArray:
    """For each level the lowest of its state from which no clear step leads up to it, int64[K]."""
    one = np.arange(len(state))
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    for low, high in itertools.pairwise(order):
        if state[low] == state[high] and level_kw[high] < math.exp(CLEAR) * level_kw[low]:
            one[high] = one[low]
    return one


def _visits(levels: IntArray, passing: Mask) -> IntArray:
    """The levels one after the other, without those that are only passed through."""
    settled = levels[~passing[levels]]
    visits: IntArray = settled[np.diff(settled, prepend=-1) != 0]
    return visits


def _products(
    levels: IntArray, state: IntArray, level_kw: FloatArray, passing: Mask, valleys: IntArray, peaks: IntArray
) -> Mask:
    """Idling levels that are what running takes with a lighter product: entered from below, and as long."""
    running = (state == 3) & ~passing
    if not running.any():
        return np.zeros(len(state), dtype=np.bool_)
    stays = np.array([_usual_stay(levels == k) for k in range(len(state))])
    weight = np.bincount(levels, minlength=len(state))
    typical = int(np.flatnonzero(running)[np.argmax(weight[running])])
    found: Mask = (state == 2) & ~passing & (peaks > MOSTLY * valleys)
    found &= (level_kw >= PRODUCT * level_kw[typical]) & (stays >= AS_LONG * stays[typical])
    found &= weight >= LITTLE_TIME * weight[running].sum()
    return found


def _usual_stay(inside: Mask) -> int:
    """How many steps the stretch lasts in which half of the time inside lies; 0 where there is none."""
    edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
    lengths = np.sort(edges[1::2] - edges[::2])
    return int(lengths[np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum())]) if len(lengths) else 0


def one_that_wanders(
    bins: IntArray, levels: IntArray, level_kw: FloatArray, passing: Mask, lowest: int
) -> IntArray:
    """For each level the one it is joined to, int64[K], where one load passes through them as it wanders.

    Levels that follow each other in power are one if they are hardly apart, or if both are as restless and
    nothing divides them, unless the lower is the `lowest` at work, or one with it, and the machine falls to
    it again and again; steps in which the machine started or stopped are not looked at.
    """
    joined = np.arange(len(level_kw))
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    for low, high in itertools.pairwise(order):
        if joined[low] == lowest and _is_fallen_to(bins, joined[levels], level_kw, passing, lowest):
            continue
        if level_kw[high] < SAME * level_kw[low] or _is_one(bins, levels == low, levels == high):
            joined[high] = joined[low]
    return joined


def is_rest(level: int, valleys: IntArray, peaks: IntArray) -> bool:
    """Whether a level lies between higher ones again and again, and hardly ever is a run of its own."""
    return bool(valleys[level] >= MANY and valleys[level] > MOSTLY * peaks[level])


def _is_fallen_to(bins: IntArray, levels: IntArray, level_kw: FloatArray, passing: Mask, lowest: int) -> bool:
    beside = levels_beside(levels, level_kw, passing)
    return is_rest(lowest, *beside) and _falls_to(bins, levels == lowest, level_kw[levels] > level_kw[lowest])


def _falls_to(bins: IntArray, low: Mask, above: Mask) -> bool:
    """Whether a level is apart from those above, and power mostly crosses half of that in two steps."""
    lower, upper = bins[low & (bins >= 0)], bins[above & (bins >= 0)]
    if len(lower) == 0 or len(upper) == 0:
        return False
    if _between(np.concatenate((lower, upper)), lower, upper) > WANDERS:
        return False
    return _crosses(bins, low, above, float(np.median(upper) - np.median(lower)))


def switches(places: FloatArray, low: Mask, scale: PowerScale) -> bool:
    """Whether a load jumps between two clear levels: its steps have far more large ones than noise has.

    `places` float64[n], `low` bool[n] the steps on the lower level. The steps of a load that wanders are
    about normal, with a kurtosis of 3.
    """
    upper, lower = (float(np.nanmedian(places[side])) if side.any() else math.nan for side in (~low, low))
    steps = np.diff(places)
    steps = steps[np.isfinite(steps)]
    if not (upper - lower) * _log_per_bin(scale) >= CLEAR or len(steps) < MANY or np.var(steps) == 0:
        return False
    kurtosis = float(np.mean((steps - np.mean(steps)) ** 4)) / float(np.var(steps)) ** 2
    return kurtosis >= LARGE_STEPS and _crosses(places, low, ~low, upper - lower)


def _crosses(places: Values, low: Mask, above: Mask, apart: float) -> bool:
    """Whether power mostly crosses half of what lies between two levels within two steps, many times."""
    edges = np.flatnonzero((low[1:] & above[:-1]) | (above[1:] & low[:-1]))
    edges = edges[(edges > 0) & (edges < len(places) - 2)]
    edges = edges[np.all(places[edges[:, None] + np.arange(-1, 3)] >= 0, axis=1)]
    if len(edges) < MANY:
        return False
    pairs = ((0, 1), (-1, 1), (0, 2))
    crossed = np.max([np.abs(places[edges + last] - places[edges + first]) for first, last in pairs], axis=0)
    return bool(np.mean(crossed >= 0.5 * apart) >= MOST_OF_THEM)


def _is_one(bins: IntArray, low: Mask, high: Mask) -> bool:
    seen = bins >= 0
    if not (low & seen).any() or not (high & seen).any():
        return False
    ratio = _coarse_restlessness(bins, low) / _coarse_restlessness(bins, high)
    if not 1 / RESTLESS < ratio < RESTLESS:
        return False
    return _between(bins[(low | high) & seen], bins[low & seen], bins[high & seen]) >= MIXED


def _slides(bins: IntArray, low: Mask, above: Mask) -> bool:
    """Whether a level is mostly reached from those above it, and left for them, without a step."""
    edges = np.flatnonzero((low[1:] & above[:-1]) | (above[1:] & low[:-1]))
    edges = edges[(bins[edges] >= 0) & (bins[edges + 1] >= 0)]
    if len(edges) < FEW:
        return False
    usual = float(np.median(bins[low & (bins >= 0)]))
    least = NO_STEP * (float(np.median(bins[above & (bins >= 0)])) - usual)
    arrived = bins[np.where(low[edges], edges, edges + 1)]  # a step half of which ran lies between
    smooth = (np.abs(bins[edges + 1] - bins[edges]) < least) & (np.abs(arrived - usual) < least)
    return float(np.mean(smooth)) >= MOST_OF_THEM


def _is_below(low: IntArray, above: IntArray) -> bool:
    """Whether nearly all of one lies below nearly all of the other."""
    return bool(np.quantile(low, 0.95) < np.quantile(above, 0.05))


def _restlessness(places: FloatArray, inside: Mask) -> float:
    """How far a reading usually is from the next within a level, in bins; a tenth of one at least.

    The ends of a stretch are partly of what lies beside it; they count only where nothing else is.
    """
    steps = np.abs(np.diff(places))
    pairs = inside[1:] & inside[:-1] & np.isfinite(steps)
    inner = pairs.copy()
    inner[1:] &= inside[:-2]
    inner[:-1] &= inside[2:]
    steps = steps[inner if inner.any() else pairs]
    return 0.1 + (float(np.mean(np.minimum(steps, np.quantile(steps, 0.9)))) if len(steps) else 0.0)


def _coarse_restlessness(bins: IntArray, inside: Mask) -> float:
    """How far a reading usually is from the next within a level, in bins; half a bin at least."""
    pairs = inside[1:] & inside[:-1] & (bins[1:] >= 0) & (bins[:-1] >= 0)
    steps = np.abs(np.diff(bins))[pairs]
    return 0.5 + (float(np.mean(np.minimum(steps, np.quantile(steps, 0.9)))) if len(steps) else 0.0)


def _between(values: Values, low: Values, high: Values) -> float:
    """How many values lie in the middle third between two levels, as a share of the lesser's own third."""
    if len(low) == 0 or len(high) == 0:
        return 0.0
    middle_low, middle_high = float(np.median(low)), float(np.median(high))
    edges = middle_low + (middle_high - middle_low) * np.array([-1, 1, 2, 4]) / 3
    counts = np.histogram(values, np.sort(edges))[0]
    return float(counts[1]) / max(1.0, float(min(counts[0], counts[2])))


def lower_by_lasting(
    bins: IntArray, levels: IntArray, level_kw: FloatArray, passing: Mask, scale: PowerScale
) -> Mask:
    """Which levels are the lower of two kinds whose readings overlap, but which each last.

    Smoothed over a part of how long they last, two kinds come apart and one that wanders does not.
    """
    order = [int(k) for k in np.argsort(level_kw) if not passing[k]]
    best, lower = 0.0, np.zeros(len(level_kw), dtype=np.bool_)
    for cut in range(1, len(order)):
        below = level_kw <= level_kw[order[cut - 1]]
        gap = _lasting_gap(bins, below[levels], scale)
        if gap > best:
            best, lower = gap, below
    return lower


def _lasting_gap(bins: IntArray, low: Mask, scale: PowerScale) -> float:
    """The log-ratio between two kinds of stretches, 0 where smoothing does not divide them."""
    edges = np.flatnonzero(np.diff(low)) + 1
    if len(edges) < 2:
        return 0.0
    lengths = np.sort(np.diff(edges))
    window = int(lengths[np.searchsorted(np.cumsum(lengths), 0.5 * lengths.sum())]) // SMOOTHED
    seen = bins >= 0
    total = np.concatenate(([0.0], np.cumsum(np.where(seen, bins, 0))))
    count = np.concatenate(([0], np.cumsum(seen)))
    first = np.maximum(np.arange(len(bins)) - window // 2, 0)
    last = np.minimum(first + max(1, window), len(bins))
    smooth = (total[last] - total[first]) / np.maximum(count[last] - count[first], 1)
    sides = smooth[low & seen], smooth[~low & seen]
    gap = (float(np.median(sides[1])) - float(np.median(sides[0]))) * _log_per_bin(scale)
    return gap if gap >= CLEAR and _between(smooth[seen], *sides) <= APART_LASTING else 0.0


def _log_per_bin(scale: PowerScale) -> float:
    return math.log1p(scale.top_kw / scale.p0_kw) / BINS


def running_edges(path: IntArray) -> IntArray:
    """Where running begins and ends by turns, int64[2 * stretches], of a path of states."""
    return np.flatnonzero(np.diff(np.concatenate(([0], (path == 3).astype(np.int8), [0]))))


def rest_within_running(path: IntArray, step_ms: int) -> int:
    """The longest rest, in steps, that belongs to running; 0 where a stop is a stop.

    A machine that works in bursts has two kinds of stops, many short and a few much longer ones; what works
    for longer than a burst at a time stops when it stops.
    """
    edges = running_edges(path)
    rests = np.sort(edges[2::2] - edges[1:-1:2])
    if len(rests) < 2 or _usual_stay(path == 3) * step_ms > BURST_MS:
        return 0
    cut = _two_kinds(rests)
    if cut == 0:
        return 0
    short, long = rests[:cut], rests[cut:]
    apart = float(np.median(long)) >= KINDS_APART * float(np.median(short))
    often = len(short) >= RESTS_A_STOP * len(long)
    brief = float(np.median(short)) * step_ms <= max(REST_MS, step_ms)
    return int(short[-1]) if apart and often and brief else 0


def _two_kinds(rising: IntArray) -> int:
    """Where to cut rising lengths, int64[n], into two kinds; 0 where all are equal.

    Each kind is log-normal with a share and a spread of its own, and the cut errs least (Kittler and
    Illingworth 1986). Least squares would cut within the many short rests of a machine whose few long ones,
    breaks and nights, lie far apart.
    """
    logs = np.log(rising)
    counts = np.arange(1, len(logs))
    share = np.stack((counts, len(logs) - counts))
    sums, squares = np.cumsum(logs)[:-1], np.cumsum(logs**2)[:-1]
    mean = np.stack((sums, logs.sum() - sums)) / share
    spread = np.stack((squares, (logs**2).sum() - squares)) / share - mean**2
    gain = np.sum(share * (np.log(share) - 0.5 * np.log(np.maximum(spread, 0.0) + LEAST_SPREAD)), axis=0)
    apart = np.diff(rising) > 0
    return int(np.argmax(np.where(apart, gain, -np.inf))) + 1 if apart.any() else 0
