"""Writes docs/events.md from the data of the library and the defaults of the random backgrounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.disruptions.background import STRIKES, Background, BoundBackground
from sim.disruptions.causes import PORT_LABOUR_RATE
from sim.disruptions.nodes import Nodes
from sim.disruptions.striking import DOWN
from sim.events import BASES, Event, events
from sim.library import load
from sim.report.events import (
    DEFAULT_SURGE,
    MILD,
    WORDS,
    call,
    counts,
    dates,
    figure,
    outage,
    queue,
    shown,
    span,
    tail,
    targets,
    when,
)

PAGE = Path("docs/events.md")
HEAD = f"""# Real disruptions and random backgrounds

This page is made by `python tools/events_page.py` from `sim/events/events.json` and from the defaults of the
backgrounds.

## What the library is

Forty-one real disruptions, with their dates, lengths, effects and sources. A scenario calls one by its id and aims it
at its own nodes:

```toml
{call(events()[0], "port")}
length = {MILD:g}        # optional: a scale of all its days; {MILD:g} is the mild variant
severity = 0.5       # optional: a scale of all it does
```

`bufferstock events` lists them, `bufferstock events show NAME` tells everything about one, `--json` gives it to a
program. How often it strikes (`start`, `rate`, `after`), `notice` and `estimate_factor` work as for every kind of
disruption. `notice` and the first announced length are the event's own unless you give others.

## How far to trust a number

Every number says what it rests on:

"""
RULES = f"""
Numbers marked *sourced* were read in excerpts of the sources, not in full texts. Where the record states no basis, we
say *memory*. Nothing here was checked against data of the ports or firms themselves.

## How an event becomes a disruption

- **It hits the node you aim it at, in full.** An event is about a market (48 % of a country's containers, 82 % of a
  route). Your scenario has nodes. If only part of your flow is touched, aim at that part, or lower `severity`. The
  recorded share is shown, and never applied by itself.
- **Wrong targets are errors.** A port strike cannot be aimed at a supplier; the message says what it can be aimed at.
  An effect that would count twice (freight on pools and on lanes) is an error too.
- **Variants.** Some events have several faces: the plant itself, or its customers under rationing. `variant` chooses;
  left out, the first listed.
- **Ports and canals: the tail is not typed in.** The event closes the port for its days. What follows is the queue
  behind it, made of the port's own background traffic. Two numbers can rule how fast it clears, the factor k
  (throughput after reopening over normal). If the scenario gives the port a `surge` or a `background`, the port's k
  rules. If it gives neither, the event's k rules from the start until the queue is gone: other ships come as often as
  if the port always had that k. An event without a k leaves the default of {DEFAULT_SURGE:g}. `surge` in the
  disruption overrides all three. A port without a service time has no queue at all.
- **Congestion is a queue too.** Los Angeles and Long Beach 2020 to 2022 is given as other ships' arrivals over full
  capacity, worked back from the recorded waits (a wait that grows by 0.1 days a day means arrivals of 1.1 times
  capacity).
- **Factories: the profile is the event's own.** Capacity comes back as recorded, or in a straight line over the
  recorded tail. Nothing is made before the recorded restart. Work in progress is lost in fires and floods and started
  anew after quakes (assumed).
- **Profiles of freight and traffic** are cut into steps of at most 60 days.
- **Not modelled**: diversion to other ports and its price there; buyers who order more because they fear a shortage;
  what an event did to other markets. The figures are shown all the same.

## At a glance

Out: days from the first day of loss to the first day open. Tail: recorded days from then until flow was normal. k:
surge factor. Queue: days until the port's queue is gone, computed with that k (the default where there is none).
Mild: the same with `length = {MILD:g}`; a day counts as closed when its morning does, so three quarters of a day
count as one.

"""
BACKGROUND = """
## Random backgrounds

A background is all that goes wrong in an ordinary year, on all nodes of your scenario:

```toml
[[disruptions]]
kind = "background"
rates = "causes"                 # or "mckinsey"
scale = 1.0                      # optional: multiplies all rates
port_weather = { rate = 0.05 }        # optional: any cause, any number
```

Draws belong to a cause and a node. One more supplier changes the draws of no other; where one of many is chosen, the
choice changes only if the new one is chosen. A cause that can hit nothing in your scenario (no port, no lane by sea)
does not count. Nodes that no goods pass through do not count either.

### By causes

The rates are suggestions for a firm with twelve suppliers and three ports, chosen to add up to about McKinsey's
total. Most are assumed. Units and totals are those of Meridian.

"""
WHATS = {
    "site_outage": "a supplier stops, then capacity comes back in a straight line over twice the stop",
    "insolvency": "half of the time supply stops until another supplier is ready; otherwise nothing happens",
    "port_labour": "a port is closed",
    "port_weather": "a port is closed",
    "canal_restriction": "lanes by sea (or those you name) take 7 days longer",
    "canal_blockage": "no departures on lanes by sea (or those you name); goods under way wait",
    "quality_hold": "half of the stock and arrivals of one supplier's items is held; half of that is scrapped",
    "cyber": "the firm, one supplier or one lane is down, a third each",
    "demand_surge": "demand for one family times 1.5 to 3",
    "tariff_step": "10 to 25 % on what one region makes, half of the time for good",
    "freight_regime": "boxes away 2.24 times as long and freight by sea five times, at a strength of 0.3 to 1",
    "pandemic": "one to three waves at half capacity at all suppliers; demand for one family times 5 in the first",
    "customs_regime": "shipments of 63 % of days from one region are 3.5 days late",
}
BASIS = {
    "site_outage": "rate assumed; length assumed (median of famous cases 42 days, of an ordinary one 21)",
    "insolvency": "rate between the default rates of investment and speculative grade (sourced); stop and length assumed",
    "port_labour": "rate from counted intervals (derived); length fitted to eight stoppages (derived)",
    "port_weather": "assumed",
    "canal_restriction": "assumed",
    "canal_blockage": "assumed",
    "quality_hold": "assumed",
    "cyber": "assumed",
    "demand_surge": "assumed",
    "tariff_step": "assumed",
    "freight_regime": "rate assumed; effects as in 2020 to 2022",
    "pandemic": "assumed",
    "customs_regime": "rate assumed; effects as after Brexit",
}
EDGES = (0.0, 7.0, 14.0, 30.0, 60.0, 180.0, math.inf)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The whole page."""
    parts = [HEAD, *(f"- *{basis}*: {told}.\n" for basis, told in BASES.items()), _sure(), RULES, _glance()]
    parts += [BACKGROUND, _causes(), _mckinsey(), "\n## The events\n", *(_event(one) for one in events())]
    return "".join(parts)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _sure() -> str:
    total: dict[str, int] = dict.fromkeys(BASES, 0)
    used: dict[str, int] = dict.fromkeys(BASES, 0)
    for one in events():
        for basis, number in counts(one).items():
            total[basis] += number
        for effect in one.effects:
            used[effect.basis] += 1
    recorded = ", ".join(f"{number} {basis}" for basis, number in total.items())
    acting = ", ".join(f"{number} {basis}" for basis, number in used.items())
    return f"\nOf {sum(total.values())} recorded figures: {recorded}. Of {sum(used.values())} effects that act: {acting}.\n"


def _glance() -> str:
    rows = []
    for one in events():
        finite = math.isfinite(one.days)
        cleared, mild = queue(one), queue(one, MILD)
        rows.append(
            (
                f"`{one.id}`",
                when(one),
                outage(one),
                tail(one),
                "-" if one.surge is None else f"{one.surge:g}",
                "-" if cleared is None else f"{cleared:.1f}",
                f"{outage(one, MILD)}" + ("" if mild is None else f", queue {mild:.1f}") if finite else "-",
                ", ".join(targets(one)),
                one.lost,
            )
        )
    return _table(("event", "when", "out", "tail", "k", "queue", "mild", "aim at", "what was lost"), rows)


def _event(one: Event) -> str:
    told = f"\n### `{one.id}`: {one.name}\n\n{one.kind}; {one.place} ({one.scope}); {dates(one)}; "
    told += f"confidence {one.confidence}.\n"
    if one.rate is not None:
        often = "no rate a year" if one.rate.per_year is None else f"{one.rate.per_year:g} a year"
        told += f"How often: {often} ({one.rate.scope}; {one.rate.basis}: {one.rate.note}).\n"
    if one.notice:
        told += f"Known {one.notice:g} days before.\n"
    if one.first_estimate is not None:
        told += f"First announced as {one.first_estimate:g} days.\n"
    if one.variants:
        told += f"Variants: {', '.join(f'`{variant}`' for variant in one.variants)}.\n"
    rows = [
        (
            effect.target + (f" ({effect.variant})" if effect.variant else ""),
            WORDS[effect.effect],
            shown(effect.value),
            span(effect),
            effect.basis,
            effect.how,
        )
        for effect in one.effects
    ]
    told += "\n" + _table(("aimed at", "effect", "value", "days", "basis", "from"), rows)
    told += "\n" + _table(("figure", "value", "basis", "why"), [figure(row) for row in one.figures])
    return told + "\nSources: " + "; ".join(f"[{s.title}]({s.url}) ({s.year})" for s in one.sources) + ".\n"


# --- backgrounds -----------------------------------------------------------------------------------------------------


def _bound() -> BoundBackground:
    made = Background(kind="background", rates="causes")
    given = {name: getattr(made, name) for name in made.__dataclass_fields__}
    return BoundBackground(**given | {"nodes": Nodes.of(load("meridian"))})


def law(one: Any) -> str:
    """A law in words: its median and middle half."""
    if one.sd == 0:
        return shown(one.mean)
    if one.law == "uniform":
        return f"anything from {one.low:g} to {one.high:g}"
    low, middle, high = (shown(round(float(value), 1)) for value in lengths(one, (0.25, 0.5, 0.75)))
    return f"{one.law}, half between {low} and {high}, median {middle}"


def lengths(one: Any, places: Any) -> Any:
    """Quantiles of a law."""
    return one.from_score(ndtri(np.asarray(places, dtype=float)))


def _causes() -> str:
    made = _bound()
    cells = made.cells()
    rows = []
    for cause in STRIKES:
        mine = [cell.rate for cell in cells if cell.cause == cause]
        spec = getattr(made, cause)
        each = f"{spec.rate:g}" if spec.rate is not None else " / ".join(f"{rate:g}" for rate in mine)
        rows.append((cause, each, str(len(mine)), f"{sum(mine):.2f}", law(spec.length), WHATS[cause], BASIS[cause]))
    total = sum(cell.rate for cell in cells)
    rows.append(("**all**", "", "", f"**{total:.2f}**", "", "", ""))
    told = _table(("cause", "a year, each", "units", "a year, all", "length, days", "what it does", "basis"), rows)
    return (
        told
        + "\nA port that gives its `stoppages` a year has them split: the weather's rate, and the rest as labour. A port "
        f"that gives none has {PORT_LABOUR_RATE:.3f} (the mean of the three) and the weather's.\n"
    )


def _shares(sample: Any) -> list[float]:
    return [float(((sample >= low) & (sample < high)).mean()) for low, high in zip(EDGES, EDGES[1:], strict=False)]


def by_length() -> tuple[list[float], list[float], list[float]]:
    """Troubles a year in each class of length: by causes, by causes with recovery counted, by McKinsey.

    Each law is laid out on 20,000 equally likely quantiles, so that nothing is drawn.
    """
    made, places = _bound(), (np.arange(20000) + 0.5) / 20000
    outages, whole = np.zeros(len(EDGES) - 1), np.zeros(len(EDGES) - 1)
    for cause in STRIKES:
        spec = getattr(made, cause)
        rate = sum(cell.rate for cell in made.cells() if cell.cause == cause)
        sample = lengths(spec.length, places)
        share, ratio = np.asarray(_shares(sample)), 1 + getattr(spec, "recovery_ratio", 0.0)
        longer = np.asarray(_shares(sample * ratio))
        if cause == "insolvency":
            rate *= spec.stops
        if cause == "tariff_step":
            share = share * (1 - spec.permanent)
            share[-1] += spec.permanent
            longer = share
        outages, whole = outages + rate * share, whole + rate * longer
    counted = np.zeros(len(EDGES) - 1)
    for one in made.mckinsey.classes:
        sample = one.low * (one.high / one.low) ** places
        counted += made.mckinsey.rate * one.share * np.asarray(_shares(sample))
    return list(outages), list(whole), list(counted)


def _mckinsey() -> str:
    spec = Background(kind="background", rates="mckinsey").mckinsey
    outages, whole, counted = by_length()
    names = [
        f"{low:g} to {high:g}" if math.isfinite(high) else f"over {low:g}"
        for low, high in zip(EDGES, EDGES[1:], strict=False)
    ]
    names[0] = f"under {EDGES[1]:g}"
    rows = [
        (name, f"{a:.2f}", f"{b:.2f}", f"{c:.2f}") for name, a, b, c in zip(names, outages, whole, counted, strict=True)
    ]
    rows.append(("**all**", f"**{sum(outages):.2f}**", f"**{sum(whole):.2f}**", f"**{sum(counted):.2f}**"))
    classes = ", ".join(f"{one.share:.0%} of {one.low:g} to {one.high:g} days" for one in spec.classes)
    made = _bound()
    triggers = made.expected(0.0, 365.0)
    quiet = sum(cell.rate for cell in made.cells() if cell.cause == "insolvency") * (1 - made.insolvency.stops)
    at_supplier = {"site_outage": 1.0, "insolvency": made.insolvency.stops, "pandemic": 1.0, "cyber": 1 / len(DOWN)}
    stops = sum(cell.rate * at_supplier.get(cell.cause, 0.0) for cell in made.cells())
    return f"""
### By McKinsey's classes

`rates = "mckinsey"` takes the McKinsey Global Institute's answer (August 2020) as it stands: {spec.rate:g}
disruptions a year at a company, {classes}. Each stops one supplier, drawn at random, for its whole length. Inside a
class the logarithm of the length is uniform (assumed). Surveys of the BCI agree with the total: a rate of
{spec.rate:g} means at least one a year at {1 - math.exp(-spec.rate):.0%} of firms, and 65 to 80 % report one.

### The two side by side

Troubles a year on Meridian, by length of the stop, by length until all is normal (recovery counted), and by McKinsey:

{_table(("days", "causes: stop", "causes: with recovery", "mckinsey"), rows)}
Why they differ:

- The causes strike {triggers:.2f} times a year, McKinsey's count is {spec.rate:g}. The rates were rounded to two
  digits to come near it; that is all the difference says. {quiet:.2f} of the causes are insolvencies after which
  supply goes on, so {triggers - quiet:.2f} are felt.
- The causes hold very short troubles ({outages[0]:.2f} a year under a week), which McKinsey does not count, and very
  long ones ({outages[-1]:.2f} a year over half a year: duties, restrictions, freight). McKinsey's longest class ends
  at 180 days because the sampler needs an end; the report only says "over two months". Between one week
  and two months the causes are fewer.
- McKinsey's all stop a supplier. Of those felt among the causes, {stops / (triggers - quiet):.0%} stop or slow one;
  the others close a port, slow a lane, or change demand and prices. The loss is therefore not the same although the
  count is.
- McKinsey's is the better choice when you want a plain and citable stress; the causes when you want to know *which*
  buffer helps.
"""


if __name__ == "__main__":
    main()
