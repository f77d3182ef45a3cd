"""The decision against today, in one paragraph: what to do, what it costs and saves, how sure, what turns it round."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.postures.current import NAME as TODAY
from sim.report.findings import ahead, clear, saving, together
from sim.report.page.clauses import COSTS, SAVES, amounts_of, clauses
from sim.report.page.mixture import even
from sim.report.page.rows import texts
from sim.report.sensitivity_words import BASE
from sim.report.style import Money, capital, counted, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sim.report.page.source import Beside
    from sim.studies.compare import Comparison


@dataclass(frozen=True)
class Choice:
    """Which posture is named, against today's.

    Attributes
    ----------
    today : `current` where it was run, else the first posture.
    better : postures clearly cheaper than today's in total when all pairs are looked at together, the cheapest first.
    named : the first of them; today's where there is none.
    tied : postures that cannot be told from the one that is named.
    against : the posture that is compared with today's: the one that is named, or the cheapest of the others.
    """

    today: str
    better: tuple[str, ...]
    named: str
    tied: tuple[str, ...]
    against: str


@dataclass(frozen=True)
class Board:
    """The sentences that follow the answer.

    Attributes
    ----------
    costs : carrying cost and cash tied up, against today's.
    saves : stockout cost and demand served, against today's.
    untold : of these, what is not told apart, or is the same; "" where nothing is.
    sure : in what share of futures the total is less, and whether that is clear.
    change : what would turn it round, or that nobody looked.
    """

    costs: str
    saves: str
    untold: str
    sure: str
    change: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The sentences, each with the words that lead it: "How sure:", or none."""
        plain = [("", text) for text in (self.costs, self.saves, self.untold) if text]
        led = [text.partition(": ") for text in (self.sure, self.change)]
        return [*plain, *((f"{lead}:", text) for lead, _, text in led)]

    @property
    def told(self) -> str:
        """All of them, as the rest of a paragraph."""
        return " ".join(text for text in (self.costs, self.saves, self.untold, self.sure, self.change) if text)


def choice(comparison: Comparison, weather: str) -> Choice:
    """Which posture is named, against today's, under one weather; there are two postures at least."""
    ranked = comparison.ranking(weather)
    today = TODAY if TODAY in ranked else comparison.postures[0]
    ahead = ranked[: ranked.index(today)]
    better = tuple(name for name in ahead if clear(comparison, weather, name, today))
    named = better[0] if better else today
    tied = tuple(name for name in ranked if name != named and not clear(comparison, weather, named, name))
    others = [name for name in ranked if name != today]
    return Choice(today, better, named, tied, better[0] if better else others[0])


def answer(comparison: Comparison, weather: str, money: Money, early: bool) -> str:
    """What to do, in a sentence or two, of two postures or more over two futures or more."""
    chosen = choice(comparison, weather)
    ranked, today = comparison.ranking(weather), chosen.today
    first, second = (today, chosen.against) if ranked.index(today) < ranked.index(chosen.against) else (
        chosen.against, today)  # fmt: skip
    saved = saving(comparison, weather, first, second, money)
    if early:
        return f"Too early to choose: so far {saved}. Run more futures first."
    if not chosen.better:
        if comparison.pair(weather, first, second, "total_cost").p_tied == 1:
            return f"By cost there is no reason to leave {today}: {saved}."
        if first != today:
            return f"By cost it is unclear whether to leave {today}: {saved}."
        return f"{f'By cost there is no reason to leave {today}' if chosen.tied else f'Keep {today}'}: {saved}."
    if not chosen.tied:
        return f"Choose {chosen.named}: {saved}."
    others = [name for name in chosen.tied if name != today]
    return f"Leave {today}: {saved}. No clear ranking between {chosen.named} and {listed(others)}."


def board(
    comparison: Comparison,
    weather: str,
    money: Money,
    early: Collection[str] = (),
    doubted: bool = False,
    beside: Sequence[Beside] = (),
    quiet: str = "",
) -> Board:
    """What follows the answer: every clause of the posture named, or of the cheapest other, against today's.

    Parameters
    ----------
    comparison : of two postures or more over two futures or more.
    weather : the headline.
    money : the unit of total costs.
    early : weathers of whose intervals of total cost the run itself warns that they cannot be believed yet.
    doubted : it warns of other intervals under this weather.
    beside : runs of other verbs, of which a sensitivity run says what would turn the answer round.
    quiet : a weather in which nothing goes wrong; "" where none was run.
    """
    chosen = choice(comparison, weather)
    a, b = chosen.against, chosen.today
    untold: dict[str, list[str]] = {}
    costs = clauses(comparison, weather, a, b, COSTS, money, untold)
    saves = clauses(comparison, weather, a, b, SAVES, money, untold)
    first = f"{'So far ' + a if weather in early else capital(a)} {listed(costs)}." if costs else ""
    second = f"{'It' if costs else capital(a)} {listed(saves)}." if saves else ""
    rest = " ".join(f"{head.format(a=a, b=b)}: {', '.join(parts)}." for head, parts in untold.items())
    sure = _sure(comparison, weather, a, b, weather in early, doubted)
    return Board(first, second, rest, sure, _change(comparison, weather, a, b, beside, early, quiet))


def _sure(comparison: Comparison, weather: str, a: str, b: str, early: bool, doubted: bool) -> str:
    """In what share of futures the one of less total cost is the cheaper, and whether the difference is clear."""
    first, second = sorted((a, b), key=comparison.ranking(weather).index)
    pair = comparison.pair(weather, first, second, "total_cost")
    count = counted(len(comparison.numbers))
    if pair.p_tied == 1:
        return f"How sure: {first} and {second} cost the same in total in each of {count}."
    told = f"{first} cost less in total than {second} in {ahead(pair, count)}"
    if early:
        return f"How sure: not yet. So far {told}, and the run itself warns that its intervals cannot be believed."
    settled = clear(comparison, weather, a, b)
    sure = "clear" if settled else "not clear"
    all_pairs = " of zero"
    if len(comparison.postures) > 2:
        all_pairs = f" over all pairs at once ({_all_pairs(comparison, weather, first, second, settled)})"
    warned = " The run warns of some intervals: see Caution below." if doubted else ""
    return f"How sure: {told}; the difference is {sure}{all_pairs}.{warned}"


def _all_pairs(comparison: Comparison, weather: str, first: str, second: str, settled: bool) -> str:
    """What the first saves in total on the second, as the interval that holds for all pairs of postures at once."""
    one = together(comparison, weather, first, second)
    money = Money.of(comparison.scenario.currency, (one.low, one.high)).showing((one.low, one.high))
    if money.number(one.low) == money.number(one.high):
        money = replace(money, decimals=money.decimals + 1)
    if settled:
        return f"{money.size(one.high)} to {money.size(one.low)}"
    return f"{money.text(-one.high)} to {money.text(-one.low, plus=True)}"


def _change(
    comparison: Comparison,
    weather: str,
    a: str,
    b: str,
    beside: Sequence[Beside],
    early: Collection[str],
    quiet: str,
) -> str:
    """What turns it round: another weather, else what a sensitivity run found; or that nobody looked."""
    here = comparison.pair(weather, a, b, "total_cost").difference.mean
    settled = clear(comparison, weather, a, b)
    same = comparison.pair(weather, a, b, "total_cost").p_tied == 1
    head = "What would change it:" if settled or same else "What would settle it: more futures;"
    turning = (
        _turning(comparison, weather, quiet, a, b) if settled and quiet and not {weather, quiet} & set(early) else ""
    )
    if turning:
        head = f"{head} {turning};"
    open_in = []
    for other in comparison.weathers:
        if other == weather or (same and comparison.pair(other, a, b, "total_cost").p_tied == 1):
            continue
        if not clear(comparison, other, a, b):
            open_in.append(other)
            continue
        if comparison.pair(other, a, b, "total_cost").difference.mean * here < 0 or not settled:
            where, warned = (f"so far in {other}", "; the run warns of this") if other in early else (f"in {other}", "")
            return f"{head} {where} {_costs(comparison, other, a, b, f' in total than {b}')}{warned}."
    looked, told = _examined(weather, a, b, beside)
    if looked:
        return f"{head} {told}."
    waiting = [other for other in comparison.weathers if other in early]
    so_far = "so far " if set(waiting) & {weather, *(open_in or waiting)} else ""
    if open_in:
        apart = "; ".join(_apart(comparison, other, a, b) for other in open_in)
        return f"{head} {so_far}in {listed(open_in)} their totals are not told apart ({a} − {b}: {apart}); {told}."
    if len(comparison.weathers) == 1:
        return f"{head} {told}."
    where = f" (the run warns of {listed(waiting)})" if waiting else ""
    if same:
        return f"{head} {so_far}it is the same in every weather run{where}; {told}."
    too = [f"in {other} too {_costs(comparison, other, a, b)}" for other in comparison.weathers if other != weather]
    return f"{head} {so_far}{'; '.join(too)}{where}; {told}."


def _costs(comparison: Comparison, weather: str, a: str, b: str, than: str = "") -> str:
    """What one posture costs less or more a year than another in a weather, where that is clear."""
    one = comparison.pair(weather, a, b, "total_cost").difference
    money = Money.of(comparison.scenario.currency, (one.mean, one.low, one.high))
    mean, low, high = amounts_of(one, "total_cost", money, True)
    return f"{a} costs {mean} a year {'more' if one.mean > 0 else 'less'}{than} ({low} to {high})"


def _turning(comparison: Comparison, weather: str, quiet: str, a: str, b: str) -> str:
    """How seldom the headline weather may come for the answer to turn, where it does."""
    found = even(comparison, weather, quiet, a, b)
    if found is None:
        return ""
    cheaper = min((a, b), key=comparison.ranking(weather).index)
    chance, low, high = (_share(share) for share in (found.chance, found.low, found.high))
    if not clear(comparison, quiet, a, b):
        seldom = f"where {weather} comes in fewer than {high} % of futures, {quiet} otherwise"
        return f"{seldom}, it is not shown that {cheaper} costs less"
    seldom = f"where {weather} comes in fewer than {chance} % of futures ({low} to {high}), {quiet} otherwise"
    return f"{seldom}, {cheaper} costs more"


def _share(share: float) -> str:
    """Per cent, with a decimal near either end."""
    return f"{100 * share:.{0 if 0.01 <= share <= 0.99 or share in (0, 1) else 1}f}"


def _apart(comparison: Comparison, weather: str, a: str, b: str) -> str:
    """The interval of a difference in total cost that is not clear."""
    one = together(comparison, weather, a, b)
    _, low, high = amounts_of(one, "total_cost", Money.of(comparison.scenario.currency, (one.low, one.high)), False)
    return f"{low} to {high}"


def _examined(weather: str, a: str, b: str, beside: Sequence[Beside]) -> tuple[bool, str]:
    """Whether a sensitivity run looked at these two, and what it found; or what is lacking."""
    told = "which assumption would turn it round was not examined"
    for one in beside:
        found = one.manifest.get("sensitivity")
        if one.verb != "sensitivity" or one.other or not isinstance(found, dict):
            continue
        pair = texts(found.get("between"))
        if set(pair) != {a, b}:
            told = f"bufferstock sensitivity looked at {listed(pair) if pair else 'others'}, not at these two"
        elif found.get("measure") == "total_cost" and one.manifest.get("weathers") == [weather]:
            sentences = [text.strip() for text in texts(found.get("findings")) if not text.startswith(BASE)]
            if sentences:
                return True, sentences[0].removesuffix(".")
    return False, told
