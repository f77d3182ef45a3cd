"""What a comparison says, in words that claim no more than its intervals allow: titles and closing lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial
from itertools import combinations
from textwrap import fill
from typing import TYPE_CHECKING

from sim.measures import BY_NAME
from sim.report.style import Money, capital, counted, listed, percent
from sim.scenario import Scenario
from sim.studies.compare import Comparison
from sim.studies.statistics import Interval, Pair, paired

if TYPE_CHECKING:
    from sim.runs import Study

#: pairs that change places told one by one
MOST_CHANGES = 3
#: letters in a line at the foot of a figure
NOTE_WIDTH = 125


def in_sample(study: Study) -> str:
    """A line for the foot of a figure where plans are judged on what they were sized on; otherwise nothing."""
    return in_sample_of(study.scenario)


def in_sample_of(scenario: Scenario) -> str:
    """The same of a scenario."""
    why = scenario.judged_in_sample
    return "\n" + fill(f"In-sample, so the best case: {'; '.join(why)}.", NOTE_WIDTH) if why else ""


def money_of(comparison: Comparison, measures: Iterable[str]) -> Money:
    """The unit in which these measures, of all postures and weathers, are easy to read."""
    means = [
        comparison.interval(weather, name, measure).mean
        for weather in comparison.weathers
        for name in comparison.postures
        for measure in measures
    ]
    return Money.of(comparison.scenario.currency, means)


def clear(comparison: Comparison, weather: str, a: str, b: str, measure: str = "total_cost") -> bool:
    """Whether two postures can be told apart when all postures are looked at together: its `together` excludes zero."""
    found = together(comparison, weather, a, b, measure)
    return found.low > 0 or found.high < 0


def together(comparison: Comparison, weather: str, a: str, b: str, measure: str = "total_cost") -> Interval:
    """The interval of a - b that holds for all pairs of postures at once (Bonferroni)."""
    return paired(
        comparison.values(weather, a, measure),
        comparison.values(weather, b, measure),
        BY_NAME[measure].better,
        comparison.level_of_all_pairs,
    ).difference


def rivals(comparison: Comparison, weather: str) -> list[str]:
    """The posture of least mean total cost, and those that cannot be told apart from it."""
    best, *rest = comparison.ranking(weather)
    return [best, *(name for name in rest if not clear(comparison, weather, best, name))]


def order(comparison: Comparison, weather: str) -> str:
    """Postures from cheapest to dearest: '<' where all before it are clear of all after it, else '≈'."""
    return in_order(groups(comparison.ranking(weather), partial(clear, comparison, weather)))


def groups(ranked: list[str], apart: Callable[[str, str], bool]) -> list[list[str]]:
    """A ranking cut wherever all before the cut can be told apart from all after it."""
    made = [[ranked[0]]]
    for place in range(1, len(ranked)):
        if all(apart(a, b) for a in ranked[:place] for b in ranked[place:]):
            made.append([])
        made[-1].append(ranked[place])
    return made


def in_order(runs: list[list[str]]) -> str:
    """Groups of a ranking with the signs between them."""
    return " < ".join(" ≈ ".join(run) for run in runs)


def verdict(comparison: Comparison, weather: str) -> str:
    """Which posture costs least in total under one weather, or that it is not clear."""
    ranked = comparison.ranking(weather)
    if len(ranked) == 1:
        return f"{ranked[0]} alone was run"
    if comparison.certain(weather):
        return f"{ranked[0]} costs least in total, {ranked[1]} second"
    tied = rivals(comparison, weather)
    rest = [name for name in ranked if name not in tied]
    if len(tied) == 1:
        return f"{ranked[0]} costs least in total; {_unclear(comparison, weather, rest)}"
    told = f"no clear ranking {_among(tied)}"
    if rest and all(clear(comparison, weather, a, b) for a in tied for b in rest):
        told += f"; {'both' if len(tied) == 2 else 'all'} cost less than {listed(rest)}"
    return told


def _unclear(comparison: Comparison, weather: str, rest: list[str]) -> str:
    """Which neighbours in the ranking of the others cannot be told apart."""
    runs = groups(rest, partial(clear, comparison, weather))
    tied = [run for run in runs if len(run) > 1]
    if not tied:
        return f"then {listed(rest)}"
    told = " and ".join(f"no clear ranking {_among(run)}" for run in tied)
    return told + (f"; clear: {in_order(runs)}" if len(tied) < len(runs) else "")


def _among(names: list[str]) -> str:
    return f"{'between' if len(names) == 2 else 'of'} {listed(names)}"


def verdicts(comparison: Comparison) -> str:
    """The verdict on each weather; weathers with the same verdict are told together."""
    told: dict[str, list[str]] = {}
    for weather in comparison.weathers:
        told.setdefault(verdict(comparison, weather), []).append(weather)
    if len(told) == 1 and len(comparison.weathers) > 1:
        return f"{capital(_all(comparison))}: {next(iter(told))}"
    return "\n".join(f"{capital(listed(weathers))}: {words}" for words, weathers in told.items())


def _all(comparison: Comparison) -> str:
    count = len(comparison.weathers)
    numbers = {2: "both", 3: "all three", 4: "all four", 5: "all five"}
    return f"in {numbers.get(count, f'all {count}')} weathers"


def first_two(comparison: Comparison, weather: str, money: Money) -> str:
    """How much the cheapest posture saves on the second, and whether that is clear."""
    best, second = comparison.ranking(weather)[:2]
    return saving(comparison, weather, best, second, money)


def saving(comparison: Comparison, weather: str, best: str, second: str, money: Money) -> str:
    """How much one posture saves on another of higher mean total cost, and whether that is clear."""
    difference = comparison.pair(weather, best, second, "total_cost").difference
    apart = difference.n > 1 and clear(comparison, weather, best, second)
    amounts = (difference.mean, difference.low, difference.high)
    money = money.showing(amounts) if apart else money.near(amounts)
    amount = money.size(difference.mean) if apart else money.text(-difference.mean)
    saved = f"{best} costs {amount} a year less than {second}"
    if difference.n < 2:
        return f"{saved} in the one future run: no evidence"
    if difference.low == difference.high == 0:
        return f"{best} costs the same as {second} in every future"
    if apart:
        return f"{saved} ({money.bare(difference.high)} to {money.bare(difference.low)})"
    span = f"{money.number(-difference.high)} to {money.number(-difference.low)}"
    if difference.low <= 0 <= difference.high:
        return f"{saved}, but not clearly ({span})"
    return f"{saved} ({span}), but not clearly over all pairs at once"


def shared(pair: Pair) -> str:
    """What it brought to let both postures live through the same Futures."""
    if pair.difference.n < 2 or math.isnan(pair.variance_reduction):
        return ""
    if math.isinf(pair.variance_reduction):
        return "the difference is the same in every future"
    with_it = "" if math.isnan(pair.correlation) else f" (correlation {pair.correlation:.2f})".replace("-", "\u2212")
    if pair.variance_reduction > 1.05:
        return f"variance reduction {pair.variance_reduction:.1f} × by sharing futures{with_it}"
    return f"sharing futures does not narrow this interval{with_it}"


def ahead(pair: Pair, futures: str) -> str:
    """In what share of these futures the first is strictly better, and in what share neither is."""
    tied = f", the same in {percent(pair.p_tied)}" if pair.p_tied > 0 else ""
    return f"{percent(pair.p_ahead)} of {futures}{tied}"


def sentence(comparison: Comparison, weather: str, money: Money) -> str:
    """The two cheapest postures against each other, in one line for a planner."""
    ranked = comparison.ranking(weather)
    if len(ranked) == 1:
        return ""
    pair = comparison.pair(weather, ranked[0], ranked[1], "total_cost")
    if pair.difference.n < 2:
        return f"{first_two(comparison, weather, money)}."
    if pair.p_tied == 1:
        return f"{first_two(comparison, weather, money)}."
    told = f"{first_two(comparison, weather, money)}; cheaper in {ahead(pair, 'futures')}"
    gain = shared(pair)
    return f"{told}; {gain}." if gain else f"{told}."


def reversals(comparison: Comparison) -> list[str]:
    """Pairs of postures that clearly change places between weathers."""
    found = []
    for a, b in combinations(comparison.postures, 2):
        wins: dict[str, list[str]] = {a: [], b: []}
        for weather in comparison.weathers:
            if clear(comparison, weather, a, b):
                ranked = comparison.ranking(weather)
                wins[min(a, b, key=ranked.index)].append(weather)
        if wins[a] and wins[b]:
            found.append(f"{a} costs less than {b} in {listed(wins[a])}, more in {listed(wins[b])}")
    return found


def closing(comparison: Comparison) -> list[str]:
    """Last lines: whether the ranking of postures changes between weathers, and where it is not certain."""
    if len(comparison.postures) < 2:
        return []
    weathers = comparison.weathers
    sure = [weather for weather in weathers if comparison.certain(weather)]
    rankings = {tuple(comparison.ranking(weather)): None for weather in weathers}
    lines = []
    if len(weathers) == 1:
        if sure:
            lines.append(f"The ranking of postures by total cost in {weathers[0]}: {order(comparison, weathers[0])}.")
    elif len(rankings) == 1 and len(sure) == len(weathers):
        lines.append(
            f"The ranking of postures by total cost is the same {_all(comparison)} "
            f"({', '.join(weathers)}): {order(comparison, weathers[0])}."
        )
    elif len(rankings) == 1:
        lines.append(f"By mean total cost the ranking is the same {_all(comparison)}, but it is not certain in each.")
    else:
        changes = reversals(comparison)
        if len(changes) > MOST_CHANGES:
            changes[MOST_CHANGES:] = [f"{len(changes) - MOST_CHANGES} more pairs change places"]
        if changes:
            lines.append(f"The ranking of postures by total cost changes with the weather: {'; '.join(changes)}.")
        else:
            lines.append(
                "The ranking by mean total cost differs between weathers, but no two postures clearly change places."
            )
        told: dict[str, list[str]] = {}
        for weather in weathers:
            told.setdefault(order(comparison, weather), []).append(weather)
        rows = "; ".join(f"{words} in {listed(these)}" for words, these in told.items())
        lines.append(f"Cheapest first: {rows}" + (" (<: clear of all that follow; ≈: not)." if "≈" in rows else "."))
    for weather in weathers:
        if weather not in sure:
            lines.append(
                f"Not certain in {weather}: {verdict(comparison, weather)} ({counted(len(comparison.numbers))})."
            )
    return lines
