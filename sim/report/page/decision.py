"""The decision in a paragraph that a board can read; each sentence claims what its interval allows and no more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.measures import BY_NAME
from sim.report.dominated import told as dominated_told
from sim.report.findings import clear, closing, money_of, saving
from sim.report.page.board import Board, answer, board, choice
from sim.report.page.cast import quiet
from sim.report.page.ledger import warned_lines
from sim.report.page.rows import texts
from sim.report.style import Money, counted, listed, percent

if TYPE_CHECKING:
    from sim.report.page.source import Compared, Sources
    from sim.studies.compare import Comparison

#: what stands behind a share: of two, the last alone has it
PERCENT = percent(0, 1).removeprefix("0.0")
#: findings of a sensitivity study that the first page tells, and under which heading all of them stand
SHOWN, HANGS = 3, "What does the answer hang on?"


@dataclass(frozen=True)
class Fact:
    """One number of the first page: what, the number, its interval."""

    label: str
    value: str
    span: str


@dataclass(frozen=True)
class Decision:
    """What the first page says.

    Attributes
    ----------
    answer : which posture, in one sentence or two.
    board : what it costs, what it saves, how sure, what turns it; None where there is no evidence or no choice.
    named, today : the posture that is named, and what is done today.
    because : what the posture named costs and saves against those that the board does not speak of.
    sure : how sure that is.
    change : what would change it.
    facts : the numbers behind it, of the posture that is named.
    """

    answer: str
    board: Board | None
    named: str
    today: str
    because: tuple[str, ...]
    sure: tuple[str, ...]
    change: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def paragraph(self) -> str:
        """The whole decision."""
        return f"{self.answer} {self.board.told}" if self.board else self.answer


def decision(sources: Sources) -> Decision:
    """The first page of a report."""
    main = sources.main
    comparison, weather = main.comparison, main.headline
    money = money_of(comparison, ("total_cost",))
    alone, many = len(comparison.postures) == 1, len(comparison.numbers) > 1
    named = today = comparison.postures[0]
    more: Board | None = None
    because: tuple[str, ...] = ()
    if alone:
        told = f"{named} alone was run, so there is nothing to choose between."
    else:
        chosen = choice(comparison, weather)
        named, today = chosen.named, chosen.today
        told = "One future is no evidence: run more before you decide."
    if many and not alone:
        waiting = [one for one in comparison.weathers if early(main, one)]
        told = answer(comparison, weather, money, weather in waiting)
        doubted, calm = bool(_warned(main, weather)), quiet(main)
        more = board(comparison, weather, money, waiting, doubted, sources.beside, calm)
        others = [name for name in comparison.ranking(weather) if name not in (chosen.against, today)]
        because = tuple(_against(comparison, weather, named, other, money) for other in others)
    facts = _facts(main, named, money)
    return Decision(told, more, named, today, because, _sure(sources, named), _change(sources), facts)


def early(main: Compared, weather: str) -> bool:
    """Whether the run itself warns that intervals of total cost in a weather cannot be believed yet."""
    return any("total cost" in text or "all intervals" in text for text in _warned(main, weather))


def _warned(main: Compared, weather: str) -> list[str]:
    """Warnings of the run that intervals in a weather cannot be believed yet."""
    start = f"In {weather}, do not believe"
    return [text for text in texts(main.manifest.get("cautions")) if text.startswith(start)]


def _against(comparison: Comparison, weather: str, a: str, b: str, money: Money) -> str:
    """What one posture costs and saves against another, and in total."""
    first, second = sorted((a, b), key=comparison.ranking(weather).index)
    halts = [comparison.interval(weather, name, "halt_stockout").mean for name in (a, b)]
    told = f"{trade(comparison, weather, a, b, money)} In total {saving(comparison, weather, first, second, money)}."
    if clear(comparison, weather, a, b, "halt_stockout"):
        told += (
            f" An item that halts production runs out in {percent(halts[0], 1)} of futures under {a}, in "
            f"{percent(halts[1], 1)} under {b}."
        )
    return told


def trade(comparison: Comparison, weather: str, a: str, b: str, money: Money) -> str:
    """What one posture costs more to carry and loses less in stockouts than another, in one sentence."""
    parts, whole = [], True
    for measure, verb, doing in (("carrying_cost", "costs", "to carry"), ("stockout_cost", "loses", "in stockouts")):
        one = comparison.pair(weather, a, b, measure).difference
        near = money.near((one.mean, one.low, one.high))
        if clear(comparison, weather, a, b, measure):
            near = money.showing((one.mean, one.low, one.high))
            low, high = sorted((abs(one.low), abs(one.high)))
            way = "more" if one.mean > 0 else "less"
            span = f"{near.bare(low)} to {near.bare(high)}"
            parts.append(f"{verb} {near.size(one.mean)} a year {way} {doing} than {b} ({span})")
        elif one.low == one.high == 0:
            parts.append(f"{verb} the same {doing} as {b} in every future")
        else:
            whole = False
            span = f"{near.text(one.low, plus=True)} to {near.text(one.high, plus=True)}"
            parts.append(f"what it {verb} {doing} is not told apart from {b} ({span})")
    if whole:
        first, second = (text.replace(f" as {b}", "").replace(f" than {b}", "") for text in parts)
        if second.startswith("loses the same"):
            return f"{a} {parts[0]}, and {second}."
        return f"{a} {parts[0]} and {second}." if "the same" not in first else f"{a} {first} and {parts[1]}."
    return f"{a} against {b}: {'; '.join(parts)}."


def _sure(sources: Sources, named: str) -> tuple[str, ...]:
    main = sources.main
    comparison, told = main.comparison, main.manifest
    count = len(comparison.numbers)
    lines = [
        f"Every posture lived through the same {counted(count)} of {listed(list(comparison.weathers))} (seed "
        f"{comparison.seed}); intervals hold with {told['intervals']}, but where a caution says otherwise."
    ]
    lines += [f"Caution: {text}" for text in texts(told.get("cautions"))]
    lines += [f"In-sample: {why}: read the figures as the best case." for why in main.business.judged_in_sample]
    lines += warned_lines(main, named)
    if not any(one.verb == "justify" for one in sources.beside):
        lines.append(
            "Whether each buffer pays by itself is not in this report: run bufferstock justify, and give the report its "
            "folder too."
        )
    for one in told.get("thresholds") or []:
        if isinstance(one, dict):
            holds = "held" if one.get("holds") else "BROKEN"
            lines.append(
                f"Threshold {one.get('key')} {one.get('bound')} is {holds} by {one.get('posture')} in {one.get('weather')}."
            )
    return tuple(lines)


def _change(sources: Sources) -> tuple[str, ...]:
    comparison = sources.main.comparison
    lines = list(closing(comparison)) if len(comparison.numbers) > 1 else []
    for weather in comparison.weathers:
        words = dominated_told(comparison, weather)
        if words:
            lines.append(f"In {weather} {words} (95 %, all such claims together).")
    found = [one for one in sources.beside if one.verb == "sensitivity"]
    for one in found:
        findings = texts(dict(one.manifest.get("sensitivity") or {}).get("findings"))
        lines += findings[:SHOWN]
        if len(findings) > SHOWN:
            lines.append(f"{len(findings) - SHOWN} more findings of this kind are under “{HANGS}”.")
    if not found:
        lines.append(
            "Which assumptions would turn the ranking round is not in this report: run bufferstock sensitivity, and give "
            "the report its folder too."
        )
    return tuple(lines)


def _facts(main: Compared, name: str, money: Money) -> tuple[Fact, ...]:
    comparison, weather = main.comparison, main.headline
    made = []
    for measure, label in (
        ("total_cost", "Total cost a year"),
        ("carrying_cost", "of it, carrying stock"),
        ("stockout_cost", "of it, running out"),
        ("average_inventory_value", "Cash tied up, on hand and in transit"),
        ("fill_rate", "Demand served from stock"),
        ("fill_rate_halts", "The same, items that halt production"),
        ("halt_stockout", "Futures in which one of these ran out"),
    ):
        one = comparison.interval(weather, name, measure)
        # of many items one runs out in every future: that tells nothing
        if not math.isfinite(one.mean) or (measure == "halt_stockout" and one.mean in (0.0, 1.0)):
            continue
        if BY_NAME[measure].share:
            value = percent(one.mean, 1)
            span = f"{percent(one.low, 1).removesuffix(PERCENT)} to {percent(one.high, 1)}"
        else:
            near = money.near((one.mean, one.high))
            value, span = near.text(one.mean), f"{near.number(one.low)} to {near.number(one.high)}"
        made.append(Fact(label, value, span if one.n > 1 else "one future"))
    return tuple(made)
