"""The page of a result: written for a planner who has ten seconds and for a sceptic who has an hour. Made, never edited."""

from __future__ import annotations

import math
from collections.abc import Sequence

from experiments.support.claim import Claim
from experiments.support.finding import Estimate, Finding
from experiments.support.flip import Flip
from experiments.support.setting import Setting
from experiments.support.verdict import Judged
from sim.report.style import MINUS, capital

SIDES = {"for": "for", "against": "against", "open": "open"}


def shown(value: float, unit: str = "", plus: bool = False) -> str:
    """A number for a table: four significant digits and no more than two decimals; a share in per cent."""
    if math.isnan(value):
        return "n/a"
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    percent = unit == "share"
    number = value * 100 if percent else value
    size = abs(number)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 0.1 or size == 0 else 4
    told = f"{size:,.{decimals}f}"
    if not any(digit in told for digit in "123456789"):
        told = "0" if size == 0 else f"{size:.2g}"
        sign = ""
        if size > 0:
            sign = MINUS if number < 0 else "+" if plus else ""
    else:
        sign = MINUS if number < 0 else "+" if plus else ""
    return f"{sign}{told}{' %' if percent else ''}"


def between(low: float, high: float, unit: str = "") -> str:
    """An interval for a sentence or a table."""
    if math.isnan(low) or math.isnan(high):
        return "n/a"
    if unit == "share":
        return f"{shown(low, unit).removesuffix(' %')} to {shown(high, unit)}"
    return f"{shown(low, unit)} to {shown(high, unit)}"


def unit_of(unit: str) -> str:
    """A unit as it stands after a number; a share has its per cent sign already."""
    return "" if unit in ("", "share") else f" {unit}"


def told(one: Estimate) -> str:
    """An estimate with its interval: '12.3 days (11.9 to 12.7)'."""
    if one.error == 0:
        return f"{shown(one.mean, one.unit)}{unit_of(one.unit)}"
    return f"{shown(one.mean, one.unit)}{unit_of(one.unit)} ({between(one.low, one.high, one.unit)})"


def told_in(one: Estimate, per: float, words: str) -> str:
    """An amount in thousands or millions with its interval: '12.3 thousand USD a year (11.9 to 12.7)'."""
    return f"{shown(one.mean / per)} {words} ({between(one.low / per, one.high / per)})"


def called(posture: str) -> str:
    """A posture as people call it."""
    return posture.upper() if posture in ("jit", "jic") else posture


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table: words left, numbers right; bars inside cells are escaped."""
    safe = [[cell.replace("|", "\\|") for cell in row] for row in (head, *rows)]
    lines = [f"| {' | '.join(row)} |" for row in safe]
    return [lines[0], f"| --- |{' ---: |' * (len(head) - 1)}", *lines[1:]]


def page(claim: Claim, finding: Finding, setting: Setting) -> str:
    """The page of one finding."""
    verdict = finding.verdict
    key = next(one for one in finding.estimates if one.name == finding.key)
    parts: list[str] = [
        f"# {claim.number}. {claim.claim}",
        "",
        f"**Question.** {claim.question}",
        "",
        f"**Verdict: {verdict.words}.** {finding.headline}",
        "",
        f"Key number: {key.name} {told(key)}; {finding.replications:,} futures, seed {setting.seed}.",
        "",
    ]
    if setting.quick:
        parts += ["*A quick run with few futures, for a look: the committed result is that of the full run.*", ""]
    parts += [f"![{_one_line(finding.figure.alt)}](figure.svg)", "", f"*{_one_line(finding.figure.alt)}*", ""]
    for one in finding.tables:
        parts += [f"**{one.caption}**", "", *table(one.head, one.rows), ""]
    for note in finding.notes:
        parts += [note, ""]
    parts += ["## The verdict by rule", "", verdict.rule, ""]
    if verdict.cells:
        head = ("cell", "the claim says", "mean", "interval, all cells together", "p (Holm)", "speaks")
        parts += [*table(head, [_row(one) for one in verdict.cells]), ""]
    parts += ["## What flips it", "", *_flip(finding.flip), ""]
    parts += [
        "## What is most likely to be attacked",
        "",
        f"**Assumption.** {finding.attack.assumption}",
        "",
        f"**Changed to see.** {finding.attack.change}",
        "",
        f"**What came out.** {finding.attack.result}",
        "",
        "## Design",
        "",
        claim.design,
        "",
        f"**Expected before the run.** {claim.expected}",
        "",
        f"**Why it is fair to both sides.** {claim.fair}",
        "",
    ]
    parts += [*table(("parameter", "value", "source"), claim.parameters), ""]
    if finding.limits:
        parts += ["## Not looked at", "", *(f"- {one}" for one in finding.limits), ""]
    parts += ["## All numbers", "", *_numbers(finding.estimates), ""]
    parts += [
        "## Run it again",
        "",
        "```",
        f"python -m experiments {claim.number}            # in full, about {claim.minutes:g} min on two processors",
        f"python -m experiments {claim.number} --quick    # a look",
        f"python -m experiments {claim.number} --check    # the same bytes, verdict and means as here?",
        "```",
        "",
        f"Made by [experiments/{claim.slug}.py](../../experiments/{claim.slug}.py); numbers in "
        "[result.json](result.json), versions and hashes in [manifest.json](manifest.json).",
        "",
    ]
    return "\n".join(parts)


def _one_line(text: str) -> str:
    return " ".join(text.split()).replace("[", "(").replace("]", ")")


def _row(one: Judged) -> tuple[str, ...]:
    cell = one.cell
    sign = "<" if cell.wanted == "less" else ">"
    p = "< 0.0001" if one.p < 1e-4 else f"{one.p:.4f}"
    return (
        capital(cell.label),
        f"{sign} {shown(cell.than, cell.unit)}{unit_of(cell.unit)}",
        shown(cell.mean, cell.unit),
        between(one.low, one.high, cell.unit),
        p,
        SIDES[one.side],
    )


def flip_words(flip: Flip) -> str:
    """Where it flips, in a sentence."""
    if not flip.found:
        return f"{capital(flip.parameter)} (base {flip.base}{unit_of(flip.unit)}): no flip in the range looked at."
    return (
        f"{capital(flip.parameter)} (base {flip.base}{unit_of(flip.unit)}): at {shown(flip.value, flip.unit)}"
        f"{unit_of(flip.unit)} ({between(flip.low, flip.high, flip.unit)})."
    )


def _flip(flip: Flip) -> list[str]:
    return [f"**{flip_words(flip)}** {flip.meaning}", "", f"How it was found: {flip.how}"]


def _numbers(estimates: Sequence[Estimate]) -> list[str]:
    rows = [
        (
            one.name,
            shown(one.mean, one.unit),
            "exact" if one.error == 0 else between(one.low, one.high, one.unit),
            "" if one.error == 0 else str(one.n),
            "" if one.unit == "share" else one.unit,
        )
        for one in estimates
    ]
    return table(("number", "mean", "95 % interval", "futures", "unit"), rows)
