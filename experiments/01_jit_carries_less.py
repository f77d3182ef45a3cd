"""Claim 1: JIT carries less. Each part of the claim is measured apart, on the same calm Futures."""

from __future__ import annotations

from typing import Any

import numpy as np

from experiments.support import (
    Attack,
    Case,
    Claim,
    Figure,
    Finding,
    Setting,
    Table,
    cell,
    estimate,
    flip_of,
    judge,
    ratio,
)
from experiments.support.figure import mark
from experiments.support.finding import hashed
from experiments.support.measured import Measured, measured
from experiments.support.meridian import SOURCES, jic, jit, meridian, plans, priced
from experiments.support.page import shown, told
from experiments.support.verdict import Wanted

#: $10 a pallet (published: 5 to 15) of 1.6 m3
PER_M3 = 6.25
PARTS: tuple[tuple[str, str, str, Wanted], ...] = (
    ("carrying cost", "carrying_cost", "USD a year", "less"),
    ("turns", "turns", "a year", "more"),
    ("cash tied up", "average_inventory_value", "USD", "less"),
    ("mean space", "mean_space", "m3", "less"),
    ("peak space", "peak_space", "m3", "less"),
    ("handling, charged on the value held", "handling_cost", "USD a year", "less"),
)
MOVED = "handling, charged by the m3 moved"
CLAIM = Claim(
    number=1,
    name="jit_carries_less",
    claim="JIT carries less: lower carrying cost, higher turns, less cash tied up, less space and handling.",
    question="By how much is each of these lower (turns: higher) under JIT than under JIC in a calm world, and what is left "
    "of the saving after ordering, freight and stockouts?",
    design="Meridian in calm weather, two years after a warm-up of half a year, under JIT and JIC by stock alone, on the "
    "same futures. Each part of the claim is a cell of its own. Handling is measured in two ways: as it is booked by "
    "default, a share of the value that lies there, and by the m3 that are moved in and out, per dollar of goods "
    "delivered, so that lost sales do not look like less work.",
    fair="JIC's case is service, and it is not asked for here; so what JIT pays for carrying less (order lines, stockouts, "
    "total cost) is shown beside it. Both postures review weekly and order in their own lots, from the same "
    "sources by the same lanes, are planned from "
    "the same history, and start from their own order-up-to positions, so that neither is charged for building up stock.",
    expected="JIT is lower in all parts that follow the stock on hand. Handling by moves should differ little: every unit "
    "sold comes in once and goes out once, however long it lies between.",
    parameters=(
        *SOURCES,
        ("JIT", "z 1.65, 2 days of extra cover, weekly lots", "assumed (docs/meridian.md)"),
        ("JIC", "z 2.33, 45 days of extra cover, lots of four weeks", "assumed (docs/meridian.md)"),
        ("cost of an order line", "$60", "assumed"),
        ("handling by the m3 moved", "$6.25", "$5 to 15 a pallet received (published price lists), 1.6 m3 a pallet"),
    ),
    minutes=0.8,
)


def run(setting: Setting) -> Finding:
    """Two postures in calm, priced in two ways."""
    calm = meridian("calm")
    both = plans(calm, jit(), jic())
    moved = priced(calm, handling_rate=0.0, handling_per_m3=PER_M3, storage_rate=0.0)
    count = setting.replications(60, 8)
    found = measured([Case("calm", calm, both), Case("moved", moved, both)], count, setting.seed, setting.jobs)

    cells = [cell(name, found.apart("calm", "jit", "jic", key), want, unit=unit) for name, key, unit, want in PARTS]
    handled = {name: _handled(found, name) for name in ("jit", "jic")}
    cells.append(cell(MOVED, handled["jit"] - handled["jic"], "less", unit="USD per 1,000 USD delivered"))
    verdict = judge(
        cells,
        condition=_condition,
        rule="One cell for each part of the claim: JIT less JIC.",
    )

    ratios = {
        name: ratio(
            f"{name}, JIT as a share of JIC", found.values("calm", "jit", key), found.values("calm", "jic", key)
        )
        for name, key, _, _ in PARTS
    }
    ratios[MOVED] = ratio(f"{MOVED}, JIT as a share of JIC", handled["jit"], handled["jic"])
    saved = estimate("carrying cost saved by JIT", -found.apart("calm", "jit", "jic", "carrying_cost"), "USD a year")
    beside = {
        label: estimate(f"{label}, JIT less JIC", found.apart("calm", "jit", "jic", key), "USD a year")
        for label, key in (
            ("ordering cost", "ordering_cost"),
            ("freight cost", "freight_cost"),
            ("stockout cost", "stockout_cost"),
            ("total cost", "total_cost"),
        )
    }
    fixed = estimate(
        "carrying cost saved by JIT if rent is fixed and handling goes by the m3",
        -found.apart("moved", "jit", "jic", "carrying_cost"),
        "USD a year",
    )
    fills = [
        estimate(f"fill rate, {name}", found.values("calm", name, "fill_rate"), "share", share=True)
        for name in found.postures
    ]

    apart = {key: found.apart("calm", "jit", "jic", key) for key in ("carrying_cost", "freight_cost", "ordering_cost")}
    at = np.array([0.0, 60.0, 600.0])
    lines = apart["carrying_cost"] + apart["freight_cost"]
    flip = flip_of(
        "cost of an order line",
        "USD",
        60.0,
        at,
        lines[:, None] + apart["ordering_cost"][:, None] * (at / 60.0),
        "The same futures priced again: ordering cost is proportional to the cost of a line, so the difference in carrying, "
        "ordering and freight together is a straight line; the interval is Fieller's.",
        "Below it JIT is cheaper in carrying, ordering and freight together; above it, its many small orders cost more than "
        "the stock that they save. (The parts of the claim themselves do not flip with prices: less stock is less stock.)",
        straight=True,
    )
    share = ratios["carrying cost"]
    return Finding(
        verdict=verdict,
        headline=f"JIT's carrying cost is {told(share)} of JIC's; "
        f"it saves {_millions(saved)} a year. Of that, more order lines take back {_millions(beside['ordering cost'])} and "
        f"stockouts {_millions(beside['stockout cost'])}; total cost is {_lower(beside['total cost'])}. "
        f"Handling by m3 moved is {shown(ratios[MOVED].mean, 'share')} of JIC's: what is sold comes in and goes out.",
        key=share.name,
        estimates=(*ratios.values(), saved, *beside.values(), fixed, *fills),
        tables=(_table(found, handled),),
        figure=_figure(ratios),
        flip=flip,
        attack=Attack(
            "Storage and handling are booked as shares of the value on hand. A firm that rents its building and pays its "
            "crew by what is moved saves neither when less lies there.",
            f"Rent made fixed (the same for both) and handling charged at ${PER_M3:g} per m3 moved, on the same futures.",
            f"JIT still saves {_millions(fixed)} a year of carrying cost, where it saved {_millions(saved)}.",
        ),
        replications=count,
        limits=(
            "Disruptions: calm weather only; claim 2 asks what the stock is for.",
            "What a late or small delivery costs at the receiving dock (per delivery), beside the cost of an order line.",
        ),
        hashes=(hashed("calm", calm, both, setting.seed),),
    )


def _handled(found: Measured, posture: str) -> Any:
    """(replications,) handling by the m3 moved, USD per 1,000 USD of goods delivered."""
    delivered = found.values("moved", posture, "turns") * found.values("moved", posture, "average_inventory_value")
    return 1000 * found.values("moved", posture, "handling_cost") / delivered


def _condition(yes: list[str]) -> str:
    """What the claim holds for, in words."""
    no = [name for name in (*(name for name, *_ in PARTS), MOVED) if name not in yes]
    if no == [MOVED]:
        return "handling is charged on the value held, not by what is moved in and out"
    return f"it speaks of {', '.join(yes)}; not of {', '.join(no)}"


def _lower(one: Any) -> str:
    """A difference with its interval as lower or higher."""
    word, sign = ("lower", -1) if one.mean < 0 else ("higher", 1)
    low, high = sorted((sign * one.low, sign * one.high))
    return f"{word} by ${sign * one.mean / 1e6:.2f}m ({low / 1e6:.2f} to {high / 1e6:.2f})"


def _millions(one: Any) -> str:
    """An amount with its interval, in millions."""
    low, high = sorted((one.low, one.high))
    return f"${one.mean / 1e6:.2f}m ({low / 1e6:.2f} to {high / 1e6:.2f})"


def _table(found: Measured, handled: dict[str, Any]) -> Table:
    rows = []
    for name, key, unit, _ in (
        *PARTS,
        ("ordering cost", "ordering_cost", "USD a year", ""),
        ("freight cost", "freight_cost", "USD a year", ""),
        ("stockout cost", "stockout_cost", "USD a year", ""),
        ("total cost", "total_cost", "USD a year", ""),
        ("fill rate", "fill_rate", "share", ""),
    ):
        jit_, jic_ = (estimate("", found.values("calm", posture, key), unit) for posture in ("jit", "jic"))
        apart = estimate("", found.apart("calm", "jit", "jic", key), unit)
        words = "" if unit == "share" else f", {unit}"
        rows.append(
            (f"{name}{words}", shown(jit_.mean, unit), shown(jic_.mean, unit), told(apart).replace(f" {unit}", ""))
        )
    apart = estimate("", handled["jit"] - handled["jic"])
    rows.insert(
        6,
        (
            f"{MOVED}, USD per 1,000 USD delivered",
            shown(handled["jit"].mean()),
            shown(handled["jic"].mean()),
            told(apart),
        ),
    )
    return Table(
        "Meridian in calm: means, and JIT less JIC with 95 % intervals", ("", "JIT", "JIC", "JIT less JIC"), tuple(rows)
    )


def _figure(ratios: dict[str, Any]) -> Figure:
    from sim.report.style import GREY, VERMILION

    def draw(axes: Any) -> None:
        names = list(ratios)
        for place, name in enumerate(reversed(names)):
            one = ratios[name]
            mark(axes, one, place, VERMILION, "o", times=100)
            axes.annotate(
                shown(one.mean, "share"),
                (100 * one.mean, place),
                (0, 7),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
            )
        axes.axvline(100, color=GREY, linewidth=0.8)
        axes.set_yticks(range(len(names)), list(reversed(names)))
        axes.set_ylim(-0.6, len(names) - 0.3)
        axes.set_xlim(0, max(230.0, 100 * max(one.high for one in ratios.values()) + 15))
        axes.set_xlabel("JIT as a share of JIC, % (100 = the same)")

    carrying, moved = ratios["carrying cost"], ratios[MOVED]
    return Figure(
        title=f"What does JIT carry less of? Carrying cost is {shown(carrying.mean, 'share')} of JIC's, "
        f"handling by the m3 moved {shown(moved.mean, 'share')}",
        draw=draw,
        alt="Each measure under JIT as a share of that under JIC: "
        + "; ".join(f"{name} {shown(one.mean, 'share')}" for name, one in ratios.items())
        + ".",
        note="Ratios of means over the same futures with 95 % intervals (Fieller 1954), most narrower than their points.",
        height=3.4,
    )
