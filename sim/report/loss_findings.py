"""What a loss study says, in words that claim no more than its intervals allow."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from sim.report.findings import groups, in_order
from sim.report.style import Money, listed, percent
from sim.studies.loss import YEAR, Losses
from sim.studies.loss_sample import Estimate, against

#: years above the VaR with which its mean is worth telling
TAIL = 50


def money_of(found: Losses) -> Money:
    """The unit in which the 1-in-20 losses are easy to read."""
    return Money.of(
        found.scenario.currency, [found.sample(name).value_at_risk(0.95).value for name in found.postures] + [1e-9]
    )


def period(found: Losses) -> str:
    """What a replication is called: a year, or so many days."""
    days = found.scenario.horizon
    return "year" if days == YEAR else f"period of {days} days"


def periods(found: Losses, count: int | None = None) -> str:
    """The same of several, or of so many."""
    days, one = found.scenario.horizon, count == 1
    told = ("year" if one else "years") if days == YEAR else f"period{'' if one else 's'} of {days} days"
    return told if count is None else f"{count:,} {told}"


def spanned(one: Estimate, money: Money) -> str:
    """An interval in words: '0.9 to 1.5', '0.9 or more', or why there is none."""
    if math.isnan(one.low) or math.isnan(one.high):
        return "too few years"
    if math.isinf(one.high):
        return f"{money.number(one.low)} or more"
    return f"{money.number(one.low)} to {money.number(one.high)}"


def clear(found: Losses, a: str, b: str) -> bool:
    """Whether the expected annual losses of two postures can be told apart, with Bonferroni over all pairs."""
    pairs = max(math.comb(len(found.postures), 2), 1)
    level = 1 - 0.05 / pairs
    pair = against(replace(found.sample(a), level=level), replace(found.sample(b), level=level))
    return pair.mean.low > 0 or pair.mean.high < 0


def order(found: Losses) -> str:
    """Postures from least to most expected annual loss: '<' where all before it are clear of all after it, else '≈'."""
    return in_order(groups(list(found.ranking), partial(clear, found)))


def _standing(found: Losses) -> str:
    """Who loses least on average, as far as it is clear."""
    ranked = found.ranking
    if len(ranked) == 1:
        return ""
    tied = [name for name in ranked[1:] if not clear(found, ranked[0], name)]
    if not tied:
        return f" {ranked[0]} loses least on average."
    return f" Which of {listed([ranked[0], *tied])} loses least on average is not clear from these {periods(found)}."


def _price(found: Losses) -> str:
    """What the posture that loses least costs when nothing goes wrong: a low loss is bought with stock."""
    best, worst = found.ranking[0], found.ranking[-1]
    calm = [found.calm_cost(name).mean for name in (best, worst)]
    if best == worst or not all(math.isfinite(one) for one in calm):
        return ""
    money = Money.of(found.scenario.currency, calm)
    return (
        f" Without disruptions a {period(found)} costs {money.text(calm[0])} under {best} and {money.text(calm[1])} "
        f"under {worst}."
    )


def board(found: Losses) -> str:
    """One or two sentences: the average and the 1-in-20 loss of the posture that loses most, and who loses least."""
    worst = found.ranking[-1]
    sample = found.sample(worst)
    money = money_of(found)
    if not (found.losses > 0).any():
        return f"In {periods(found, len(found.numbers))} drawn, disruptions cost no posture anything."
    mean, bad = sample.mean, sample.value_at_risk(0.95)
    told = (
        f"disruptions cost {worst} {money.near([mean.value]).text(mean.value)} in an average {period(found)} "
        f"(95 % interval {spanned(mean, money.near([mean.value]))})"
    )
    if bad.value > 0:
        told += f", and more than {money.text(bad.value)} in one {period(found)} of twenty ({spanned(bad, money)})"
    told += f"; {percent(sample.without_loss.value)} of {periods(found)} cost it nothing."
    return told[0].upper() + told[1:] + _standing(found) + _price(found)


def remarks(found: Losses) -> list[str]:
    """What the reader must know of these numbers."""
    told = [f"{remark[0].upper()}{remark[1:]}." for remark in found.remarks]
    for level in (0.95, 0.99):
        thin = [name for name in found.postures if found.sample(name).tail(level) < TAIL]
        vague = [name for name in found.postures if math.isinf(found.sample(name).value_at_risk(level).high)]
        names = [name for name in found.postures if name in thin or name in vague]
        if names and (found.losses > 0).any():
            told.append(f"VaR and CVaR at {level:.0%} of {listed(names)} rest on few {periods(found)}: draw more (-n).")
    gains = [name for name in found.postures if (found.sample(name).losses < 0).any()]
    if gains:
        samples = [found.sample(name) for name in gains]
        shares = [percent(float(one.weights[one.losses < 0].sum())) for one in samples]
        who = listed([f"{share} under {name}" for name, share in zip(gains, shares, strict=True)])
        told.append(
            f"Some {periods(found)} with disruptions cost less than without (stock that did not come, or was sold in a "
            f"surge, costs nothing to carry): {who}. "
            "They count as without loss, and with what they saved in the mean."
        )
    return told


def sampling(found: Losses) -> str:
    """How the years were drawn, in one line."""
    strata, count = found.strata, len(found.numbers)
    lived = f"{periods(found, count)} drawn, {found.lived:,} of them lived with and without incidents"
    if strata.plain:
        return f"{lived}; plain sampling, seed {found.seed}"
    free = (
        f", and none needed for the {percent(strata.probabilities[0])} of years without an event" if strata.free else ""
    )
    return f"{lived}; strata by number of events ({', '.join(strata.labels)}){free}; seed {found.seed}"


def drawn(found: Losses) -> str:
    """The same, short, for the foot of a figure."""
    how = "plain sampling" if found.strata.plain else "by strata of the number of events"
    return f"{periods(found, len(found.numbers))} drawn {how}, {found.lived:,} of them lived, seed {found.seed}"
