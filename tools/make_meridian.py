"""Makes the bundled demo scenario: Meridian Patient Systems, an invented maker of patient monitors.

Run it as ``python tools/make_meridian.py [folder]``; the folder is ``scenarios/meridian`` when left out. It writes
``scenario.toml``, ``items.csv``, ``suppliers.csv``, ``demand.csv`` and ``history.parquet``, the same bytes every time
(given the same versions of NumPy and PyArrow), and prints what came out.

The tables at the top are those of the project's calibration, section 7. Chance decides only the value, size and demand
of single items, and which item gets which class; shares (criticality, demand class, suppliers, single sources) are
dealt out exactly, not drawn.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.catalogue import CRITICALITIES
from sim.chance import generator
from sim.past import draw_history
from sim.reading import scenario_of

#: of the seeds 0 to 4999 the one that comes nearest to the calibration's value density, concentration and sea volume
SEED = 2163
COGS = 120e6
YEAR = 365
COST_OF_PRICE = 0.55
VALUE_ELASTICITY = 0.35
#: demand with a draw every day: its cv; sporadic demand: mean interval in days and cv of the size
DAILY = {"smooth": 0.6, "erratic": 1.2, "seasonal": 0.7}
SPORADIC = {"intermittent": (6.0, 0.5), "lumpy": (8.0, 1.1)}
#: seasonal swing; day of the year of the peak and its scatter among items (both assumed)
AMPLITUDE, PEAK, PEAK_SD = 0.45, 15, 30
#: distribution centres and their share of each item's demand
CENTRES = {"Ontario CA": 0.55, "Allentown PA": 0.45}
#: dwell in days; where boxes are discharged, the centre on that coast and the days on to the other one (assumed)
DWELL = {"Yantian": 2.0, "Los Angeles": 3.0, "New York": 3.0}
#: stoppages a year by labour and weather (suggested rates; most are assumed)
STOPPAGES = {"Yantian": 0.05, "Los Angeles": 0.10, "New York": 0.05}
COAST = {"Los Angeles": ("Ontario CA", 5.0), "New York": ("Allentown PA", 4.0)}
BERTH, DRAYAGE, SAILINGS = 0.1, 2.0, 7.0
#: days door to door and money per m3: by air from overseas; by truck from one centre to the other
AIR, ACROSS = (6.0, 835.0), (5.0, 90.0)
#: m3 in a forty-foot box, days it is away, boxes of a pool over their mean need
BOX, CYCLE, SLACK = 55.0, 60.0, 1.6
#: the container crisis: share of the boxes left, and how much longer they are away
REMAINING, CYCLE_FACTOR = 0.85, 1.5


@dataclass(frozen=True)
class Family:
    """A product family: lognormal median and sigma of value (money), volume (m3) and units a day; shares in percent."""

    name: str
    code: str
    size: int
    value: tuple[float, float]
    volume: tuple[float, float]
    units: tuple[float, float]
    criticality: tuple[int, int, int]
    classes: Mapping[str, int]
    sources: str
    things: tuple[str, ...]
    shelf_life: float | None = None


ORDINARY = {"smooth": 30, "erratic": 28, "intermittent": 14, "lumpy": 14, "seasonal": 14}
#: days: 30 months of which 70 % are left at receipt; 18 months
STERILE, CELLS = round(30 / 12 * YEAR * 0.7), round(18 / 12 * YEAR)

FAMILIES = (
    Family(
        "device",
        "DEV",
        24,
        (900, 0.6),
        (0.06, 0.4),
        (3, 0.9),
        (50, 40, 10),
        {"smooth": 35, "erratic": 25, "lumpy": 20, "seasonal": 20},
        "S01 S02 S08 S10 S11",
        ("Bedside monitor", "Infusion pump", "Syringe pump", "Pulse oximeter", "Transport monitor", "Capnograph"),
    ),
    Family(
        "board and chip",
        "BRD",
        44,
        (26, 1.2),
        (0.0008, 0.7),
        (40, 1.1),
        (45, 35, 20),
        ORDINARY,
        "S01 S02 S04 S05 S06",
        ("Main board", "Power board", "Display driver", "Microcontroller", "Sensor input", "Memory", "Radio module"),
    ),
    Family(
        "sterile disposable",
        "STE",
        50,
        (38, 0.6),
        (0.022, 0.4),
        (35, 1.0),
        (40, 40, 20),
        ORDINARY,
        "S05 S07 S09 S10 S12",
        ("Infusion set", "Extension line", "Syringe kit", "Sensor wrap", "Electrode pack", "Breathing filter"),
        STERILE,
    ),
    Family(
        "plastic and mechanical",
        "MEC",
        34,
        (9, 0.8),
        (0.0035, 0.7),
        (60, 1.0),
        (10, 40, 50),
        ORDINARY,
        "S03 S07 S10 S11 S12",
        ("Housing", "Bracket", "Pole clamp", "Door", "Keypad overlay", "Fan"),
    ),
    Family(
        "cable and battery",
        "CAB",
        28,
        (24, 0.8),
        (0.0025, 0.6),
        (20, 1.0),
        (15, 45, 40),
        ORDINARY,
        "S01 S03 S07 S10",
        ("ECG cable", "Mains cable", "SpO2 cable", "Battery pack", "Adapter"),
        CELLS,
    ),
    Family(
        "service part",
        "SVC",
        20,
        (140, 0.9),
        (0.012, 0.7),
        (1.2, 0.8),
        (35, 40, 25),
        {"intermittent": 45, "lumpy": 55},
        "S02 S06 S08 S11",
        ("Pump drive", "Display assembly", "Printer module", "Pressure module", "Valve block"),
    ),
)


@dataclass(frozen=True)
class Maker:
    """A supplier: make time (days) and its cv, credit grade, percentage of its items that have no second source, price.

    Political exposure (0 to 1) is assumed: what is subject to the tariffs of 2018 to 2025 or lies in a contested region.
    """

    name: str
    place: str
    region: str
    exposure: float
    make_time: float
    cv: float
    grade: str
    single: int
    price: float = 1.0


MAKERS = (
    Maker("S01", "Shenzhen", "China", 0.8, 35, 0.30, "BB", 30),
    Maker("S02", "Suzhou", "China", 0.8, 30, 0.30, "BBB", 20),
    Maker("S03", "Dongguan", "China", 0.8, 28, 0.35, "B", 10),
    Maker("S04", "Taoyuan", "Taiwan", 0.8, 60, 0.35, "A", 60),
    Maker("S05", "Penang", "Malaysia", 0.3, 40, 0.30, "BBB", 40),
    Maker("S06", "Hitachinaka", "Japan", 0.1, 84, 0.30, "A", 90),
    Maker("S07", "Ho Chi Minh City", "Vietnam", 0.5, 35, 0.35, "BB", 20),
    Maker("S08", "Tuttlingen", "European Union", 0.2, 30, 0.20, "BBB", 50),
    Maker("S09", "Galway", "European Union", 0.2, 25, 0.20, "A", 60),
    Maker("S10", "Tijuana", "Mexico", 0.4, 14, 0.25, "BB", 10),
    Maker("S11", "Minneapolis", "United States", 0.0, 12, 0.25, "BBB", 30),
    Maker("S12", "Monterrey", "Mexico", 0.4, 16, 0.25, "B", 10),
    Maker("S13", "Guadalajara", "Mexico", 0.4, 30, 0.30, "BB", 0, 1.10),
)


@dataclass(frozen=True)
class Way:
    """How goods come: door to the distribution centre on the coast of discharge, mean and sd in days."""

    name: str
    makers: tuple[str, ...]
    mean: float
    sd: float
    discharge: str = ""
    pool: str = ""
    loading: str = ""


WAYS = (
    Way("South China", ("S01", "S03"), 29, 5, "Los Angeles", "South China", "Yantian"),
    Way("East China", ("S02",), 30, 5, "Los Angeles", "East China"),
    Way("Taiwan", ("S04",), 27, 5, "Los Angeles", "Taiwan"),
    Way("Penang via Suez", ("S05",), 44, 7, "New York", "Penang"),
    Way("Japan", ("S06",), 24, 4, "Los Angeles", "Japan"),
    Way("Vietnam", ("S07",), 33, 6, "Los Angeles", "Vietnam"),
    Way("South Germany", ("S08",), 27, 5, "New York", "Europe"),
    Way("Ireland", ("S09",), 24, 4, "New York", "Europe"),
    Way("Tijuana", ("S10",), 4, 1),
    Way("Minneapolis", ("S11",), 3, 1),
    Way("Monterrey", ("S12",), 6, 1.5),
    Way("Guadalajara", ("S13",), 7, 1.5),
)
#: maker by contract of what would otherwise have one source and halts production when it is missing (assumed)
CANDIDATE = "S13"
AT_SEA = {maker for way in WAYS if way.pool for maker in way.makers}

ABOUT = """A maker and distributor of patient monitors, infusion accessories and service parts that sells in North
America. Two thirds of its goods by value, three fifths by volume, come by sea. How much buffer does each of its 200
items deserve? Weathers: calm; a 30-day strike at Los Angeles; a container crisis of 300 days, as in 2020 to 2022."""

#: printed with every result; one paragraph each
NOTES = """Meridian Patient Systems is invented: its items, suppliers and figures belong to no real firm.

What came out of the draw: {figures}.

Make times follow the quantiles of 38 real supply chains (Willems 2008), chips the usual twelve weeks (from memory).
Transits, dwell, box volume and freight follow published ranges. Demand classes are assumed, near the daily cv of
Willems' electromedical chains.

Carrying 25 % of value a year is the usual rule of thumb, split 10 capital, 5 storage, 2 handling, 2 insurance and
tax, 5 obsolescence, 1 shrinkage. Price is cost / 0.55. $60 an order line, half of unmet demand lost, goodwill,
backorder penalty and the overflow premium are assumed.

Every demand stream, one for each item and distribution centre, is drawn independently with the daily cv of its class;
where that is not above the Poisson one, the stream is Poisson. Seasonal items swing by 45 % with a peak in winter
(day 0 is taken as 1 January; the month is assumed). Where sporadic demand would be below one unit a time, it comes
less often instead.

Door-to-door transit of a lane = half a week of waiting for the weekly sailing + sea leg + dwell and berth + inland.
It holds on the coast where goods land; on to the other coast takes 5 days more from Los Angeles, 4 from New York
(assumed). Trucks take the same time to both centres (a simplification). Queues at ports in calm, about 0.2 days a
port, come on top.

Container pools are the carriers' allocation to Meridian, {slack:g} times the mean need, a box being away {cycle:g}
days (both assumed). In the crisis boxes are away longer and fewer are given, freight is 7 times as dear; transit
itself is not lengthened.

The history is drawn from the same demand models as the future, apart from it: two years a planner can look back on.

Ports' stoppages a year, which scoring counts on, are suggested rates for labour (Los Angeles 0.07, the others 0.02) and
weather (0.03 each); the political exposure of suppliers is assumed.

By air goods take {air_days:g} days door to door at ${air_money:g} per m3, from every supplier overseas; the supplier is
taken to have at its dock what is asked for, which is at most two weeks of demand an order (assumed: what leaves
production in a week or two). In the crisis air costs 2.7 times as much (Hong Kong to North America $9.70 a kilogram in
September 2021, $3.54 in 2019); its capacity is not cut. Goods go from one centre to the other in
{across_days:g} days at ${across_money:g} per m3; the bundled postures make no use of it.

The supplier column lists second sources after the first; the bundled postures leave them alone. For items that have
one source and halt production, S13, a maker by contract in Guadalajara, is a candidate, qualified, at 1.1 times the
price, with make and transit times like its neighbours' (all assumed): the hybrid posture keeps it as a backup for those
of high impact, at full rate a month after a stop of the first is noticed, JIT and JIC do not. It costs nothing until it
steps in, and none of the weathers stops a supplier.

Shelf lives are
given (sterile goods 30 months, 70 % left at receipt; cables and batteries 18 months) but goods do not expire here
(ageing is off): dated items carry the obsolescence rate like all others.
"""

HEAD = '''# Made by tools/make_meridian.py: change that and run it again, or copy this folder and change the copy.
title = "Meridian Patient Systems: 200 items, 13 suppliers, 3 ports, 2 distribution centres"
about = """{about}"""
notes = [
{notes}
]
currency = "USD"
horizon = 730
warm_up = 180
units = "integer"
review_every = 7
lost_share = 0.5
history = "history.parquet"     # item, warehouse, day (-730 to -1), units; days without demand are left out
items = "items.csv"
suppliers = "suppliers.csv"
demand = "demand.csv"
headline = "strike"

[costs]
capital_rate = 0.10
storage_rate = 0.05
handling_rate = 0.02
insurance_rate = 0.02
obsolescence_rate = 0.05
shrinkage_rate = 0.01
per_line = 60
goodwill_halts = 1.0
goodwill_breaches = 0.3
goodwill_inconveniences = 0.0
backorder_penalty = 0.05

[weathers]
calm = []
strike = ["la_strike"]
crisis = ["container_crisis", "air_rates"]

# One fast berth a port: ten ships a day can be worked, the others' ships take 1/1.3 of that, so that after a stop of C
# days the queue clears in C/0.3 days. Meridian's own boxes are 0.003 % of the throughput and do not add to the queue.
'''

WAREHOUSES = """# Space beyond the floor is charged like rented space, $12 per m3 and month (assumed).
[[warehouses]]
name = "Ontario CA"
place = "Ontario, California"
floor_space = 5500
overflow_cost = 0.4

[[warehouses]]
name = "Allentown PA"
place = "Allentown, Pennsylvania"
floor_space = 4500
overflow_cost = 0.4

# Lanes: one for each origin and centre. Sailings are weekly, all on one weekday, so that reviews fall on it.
"""

DISRUPTIONS = """# A stress: eight port stoppages on record have a median of 9 days; the West Coast in 2002 took 10.
[[disruptions]]
kind = "port_strike"
name = "la_strike"
port = "Los Angeles"
start = {{ law = "uniform", low = 60, high = 400 }}
length = 30

# As in 2020 to 2022, when cargo from Asia to the US took 114 days from ready to out of port, 51 before, and freight
# rose 7.3 times. Assumed: boxes are away half of those 63 days longer ({cycle:g} -> {away:g} days) and carriers give
# {fewer:.0%} fewer, so that boxes carry {carried:.0%} of what is needed. The other half is the wait for boxes, which
# comes out of the simulation: at its worst, goods for about 30 (JIT) to 40 days (JIC) of the flow wait for a box. The
# share left was set by hand so that fill rates stand in the order of a simple model of this company (JIT .951, hybrid
# .982, JIC .997 over two years) and within 2.5 points of it.
[[disruptions]]
kind = "container_shortage"
name = "container_crisis"
pools = {pools}
start = {{ law = "uniform", low = 30, high = 300 }}
length = 300
remaining = {remaining:g}
cycle_factor = {factor:g}
freight_factor = 7

[[disruptions]]
kind = "freight_shock"
name = "air_rates"
mode = "air"
after = "container_crisis"
length = 300
freight_factor = 2.7
"""


@dataclass
class Article:
    """One item while it is being made."""

    family: Family
    code: str
    description: str
    value: float
    volume: float
    units: float
    criticality: str
    kind: str
    peak: int
    sources: list[str] = field(default_factory=list)


def dealt(source: np.random.Generator, shares: Mapping[str, float], count: int) -> list[str]:
    """`count` labels in the given shares (largest remainder), in random order."""
    total = sum(shares.values())
    exact = {label: count * share / total for label, share in shares.items()}
    numbers = {label: math.floor(number) for label, number in exact.items()}
    for label in sorted(exact, key=lambda one: numbers[one] - exact[one])[: count - sum(numbers.values())]:
        numbers[label] += 1
    labels = [label for label, number in numbers.items() for _ in range(number)]
    return [labels[place] for place in source.permutation(count).tolist()]


def articles(seed: int) -> list[Article]:
    """All items with their sources, units scaled so that the cost of goods sold is the target."""
    made: list[Article] = []
    for family in FAMILIES:
        source = generator(seed, 0, "meridian", family.name)
        normal = source.standard_normal((4, family.size))
        values = family.value[0] * np.exp(family.value[1] * normal[0])
        volumes = family.volume[0] * np.exp(family.volume[1] * normal[1])
        units = family.units[0] * np.exp(family.units[1] * normal[2])
        units *= (family.value[0] / values) ** VALUE_ELASTICITY
        criticality = dealt(source, dict(zip(CRITICALITIES, family.criticality, strict=True)), family.size)
        kinds = dealt(source, family.classes, family.size)
        first = dealt(source, dict.fromkeys(family.sources.split(), 1.0), family.size)
        for n in range(family.size):
            made.append(
                Article(
                    family=family,
                    code=f"{family.code}-{n + 1:03d}",
                    description=f"{family.things[n % len(family.things)]} {n // len(family.things) + 1}",
                    value=round(float(values[n]), 2),
                    volume=float(f"{volumes[n]:.3g}"),
                    units=float(units[n]),
                    criticality=criticality[n],
                    kind=kinds[n],
                    peak=round(PEAK + PEAK_SD * float(normal[3, n])),
                    sources=[first[n]],
                )
            )
    scale = COGS / YEAR / sum(article.value * article.units for article in made)
    for article in made:
        article.units *= scale
    for maker in MAKERS:
        source = generator(seed, 0, "meridian second sources", maker.name)
        mine = [article for article in made if article.sources[0] == maker.name]
        numbers = dealt(source, {"one": maker.single, "two": 100 - maker.single}, len(mine))
        for article, number in zip(mine, numbers, strict=True):
            others = [name for name in article.family.sources.split() if name != maker.name]
            other = others[int(source.integers(len(others)))]
            if number == "two":
                article.sources.append(other)
    return made


def figures(made: Sequence[Article]) -> str:
    """What came out, in words, to be read beside the calibration."""
    value = sorted((article.value * article.units for article in made), reverse=True)
    volume = sum(article.volume * article.units for article in made)
    sea = sum(article.volume * article.units for article in made if article.sources[0] in AT_SEA)
    single = sum(len(article.sources) == 1 for article in made)
    return (
        f"cost of goods sold ${sum(value) * YEAR / 1e6:.1f}m a year, ${sum(value) / volume:,.0f} per m3, "
        f"{sum(value[: len(value) // 5]) / sum(value):.1%} of it in the top 20 % of items, {volume:.1f} m3 a day, "
        f"{sea * YEAR / BOX:.0f} forty-foot boxes a year by sea, {single} items with a single source"
    )


def item_rows(made: Sequence[Article]) -> list[dict[str, str]]:
    """Rows of the item table."""
    return [
        {
            "item": article.code,
            "description": article.description,
            "family": article.family.name,
            "standard_cost": f"{article.value:.2f}",
            "price": f"{article.value / COST_OF_PRICE:.2f}",
            "volume": f"{article.volume:g}",
            "shelf_life": "" if article.family.shelf_life is None else f"{article.family.shelf_life:g}",
            "criticality": article.criticality,
            "supplier": ";".join(article.sources),
            "candidate": CANDIDATE if len(article.sources) == 1 and article.criticality == CRITICALITIES[0] else "",
        }
        for article in made
    ]


def supplier_rows() -> list[dict[str, str]]:
    """Rows of the supplier table."""
    law = "production_time"
    return [
        {"name": maker.name, "place": maker.place, "region": maker.region, "grade": maker.grade}
        | {"exposure": f"{maker.exposure:g}", f"{law}.law": "lognormal"}
        | {f"{law}.mean": f"{maker.make_time:g}", f"{law}.cv": f"{maker.cv:g}"}
        | {"price_factor": "" if maker.price == 1 else f"{maker.price:g}"}
        for maker in MAKERS
    ]


def demand_rows(made: Sequence[Article]) -> list[dict[str, str]]:
    """Rows of the demand table: one for each item and distribution centre; columns a model does not use stay empty."""
    rows = []
    for article in made:
        for centre, share in CENTRES.items():
            mean = float(f"{article.units * share:.5g}")
            row = dict.fromkeys(("item", "warehouse", "model", "mean", "cv", "interval", "size", "size_cv"), "")
            row |= {"item": article.code, "warehouse": centre, "amplitude": "", "peak": ""}
            if article.kind in SPORADIC:
                interval, cv = SPORADIC[article.kind]
                interval = max(interval, 1 / mean)
                row |= {"model": "intermittent", "interval": f"{interval:.6g}", "size_cv": f"{cv:g}"}
                row["size"] = f"{max(mean * interval, 1.0):.6g}"
            else:
                cv = DAILY[article.kind]
                row |= {"model": "poisson", "mean": f"{mean:g}"}
                if cv**2 * mean > 1:
                    row |= {"model": "negative_binomial", "cv": f"{cv:g}"}
            if article.kind == "seasonal":
                row |= {"amplitude": f"{AMPLITUDE:g}", "peak": f"{article.peak}"}
            rows.append(row)
    return rows


def pool_sizes(made: Sequence[Article]) -> dict[str, float]:
    """Boxes of each pool: mean boxes a day x days a box is away x slack."""
    sizes: dict[str, float] = {}
    for way in WAYS:
        if way.pool:
            flow = sum(article.units * article.volume for article in made if article.sources[0] in way.makers)
            sizes[way.pool] = sizes.get(way.pool, 0.0) + flow / BOX * CYCLE * SLACK
    return {name: round(boxes, 2) for name, boxes in sizes.items()}


def lane(way: Way, centre: str) -> str:
    """One lane as TOML: its mean parts add up to the door-to-door figure of its way, its sd sits on the sea leg."""
    lines = ["[[lanes]]", f'name = "{way.name} - {centre}"', f"origin = {json.dumps(way.makers)}"]
    lines += [f'destination = "{centre}"']
    if not way.pool:
        law = f'law = "lognormal", mean = {way.mean:g}, cv = {way.sd / way.mean:.6g}'
        return "\n".join([*lines, 'mode = "truck"', "freight = 70", f"legs = [{{ transit = {{ {law} }} }}]", ""])
    ports = [port for port in (way.loading, way.discharge) if port]
    sea = way.mean - SAILINGS / 2 - sum(DWELL[port] + BERTH for port in ports) - DRAYAGE
    sd = math.sqrt(max(way.sd**2 - SAILINGS**2 / 12, 0.0))
    natural, across = COAST[way.discharge]
    legs = [f'{{ transit = {{ law = "lognormal", mean = {sea:.6g}, cv = {sd / sea:.6g} }} }}']
    legs += [f'{{ port = "{way.discharge}" }}', f"{{ transit = {DRAYAGE + across * (centre != natural):g} }}"]
    if way.loading:
        legs.insert(0, f'{{ port = "{way.loading}" }}')
    lines += ['mode = "sea"', "freight = 60", f'containers = "{way.pool}"', f"departures = {{ every = {SAILINGS:g} }}"]
    return "\n".join([*lines, "legs = [", *(f"  {leg}," for leg in legs), "]", ""])


def air_lane(way: Way, centre: str) -> str:
    """The lane of emergency orders that goes with a lane by sea, as TOML."""
    days, money = AIR
    flown = way.name.removesuffix(" via Suez")  # no canal is passed in the air
    lines = ["[[lanes]]", f'name = "{flown} - {centre} by air"', f"origin = {json.dumps(way.makers)}"]
    lines += [f'destination = "{centre}"', 'role = "expedite"', 'mode = "air"', f"freight = {money:g}"]
    return "\n".join([*lines, f"legs = [{{ transit = {days:g} }}]", ""])


def across(start: str, end: str) -> str:
    """The lane from one centre to the other, as TOML."""
    days, money = ACROSS
    lines = ["[[lanes]]", f'name = "{start} - {end}"', f'origin = ["{start}"]', f'destination = "{end}"']
    lines += ['role = "transship"', 'mode = "truck"', f"freight = {money:g}"]
    return "\n".join([*lines, f"legs = [{{ transit = {days:g} }}]", ""])


def scenario_file(made: Sequence[Article]) -> str:
    """The scenario as TOML."""
    text = NOTES.format(
        figures=figures(made),
        slack=SLACK,
        cycle=CYCLE,
        air_days=AIR[0],
        air_money=AIR[1],
        across_days=ACROSS[0],
        across_money=ACROSS[1],
    )
    notes = text.strip().split("\n\n")
    parts = [HEAD.format(about=ABOUT, notes="\n".join(f"  {json.dumps(' '.join(note.split()))}," for note in notes))]
    for port, dwell in DWELL.items():
        parts.append(
            f'[[ports]]\nname = "{port}"\nberths = 1\nservice_time = {BERTH:g}\nsurge = 1.3\ndwell = {dwell:g}\n'
            f"stoppages = {STOPPAGES[port]:g}\n"
        )
    parts.append(f"# Boxes: mean boxes a day x {CYCLE:g} days x {SLACK:g}; part loads are consolidated.")
    for name, boxes in pool_sizes(made).items():
        parts.append(f'[[pools]]\nname = "{name}"\ncontainers = {boxes:g}')
        parts[-1] += f"\ncapacity = {BOX:g}\ncycle_time = {CYCLE:g}\nwhole = false\n"
    parts.append(WAREHOUSES)
    parts += [lane(way, centre) for way in WAYS for centre in CENTRES]
    parts.append(
        "# Ways that are taken only in an emergency: by air from overseas, and from one centre to the other.\n"
    )
    parts += [air_lane(way, centre) for way in WAYS if way.pool for centre in CENTRES]
    parts += [across(start, end) for start in CENTRES for end in CENTRES if start != end]
    parts.append(
        DISRUPTIONS.format(
            pools=json.dumps([way.pool for way in WAYS if way.pool and way.pool != "Europe"]),
            remaining=REMAINING,
            factor=CYCLE_FACTOR,
            cycle=CYCLE,
            away=CYCLE * CYCLE_FACTOR,
            fewer=1 - REMAINING,
            carried=SLACK * REMAINING / CYCLE_FACTOR,
        )
    )
    return "\n".join(parts)


def write_table(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    """Rows as a CSV file."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_history(folder: Path, text: str) -> None:
    """Two years of demand before day 0, drawn from the same models as the future but apart from it; zeros left out."""
    content = tomllib.loads(text)
    del content["history"]
    made = scenario_of(content, folder, "scenario.toml")
    past = [values.T for values in draw_history(made).values()]
    found = [np.nonzero(values) for values in past]
    columns = {
        "item": np.concatenate([place[0] for place in found]),
        "warehouse": np.repeat(np.arange(len(found)), [place[0].size for place in found]),
        "day": np.concatenate([place[1] for place in found]) - made.history_days,
        "units": np.concatenate([values[place] for values, place in zip(past, found, strict=True)]),
    }
    labels = {"item": [item.item for item in made.items], "warehouse": list(made.sites)}
    arrays = {name: pa.array(column.astype(np.int32)) for name, column in columns.items()}
    for name, words in labels.items():
        arrays[name] = pa.DictionaryArray.from_arrays(arrays[name], pa.array(words))
    pq.write_table(
        pa.table(arrays),
        folder / "history.parquet",
        compression="zstd",
        compression_level=19,
        use_dictionary=["item", "warehouse", "units"],
        column_encoding={"day": "DELTA_BINARY_PACKED"},
        write_statistics=False,
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Write the scenario and its tables to a folder, and print what came out."""
    folder = Path(arguments[0]) if arguments else Path(__file__).parent.parent / "scenarios" / "meridian"
    folder.mkdir(parents=True, exist_ok=True)
    made = articles(SEED)
    text = scenario_file(made)
    (folder / "scenario.toml").write_text(text, encoding="utf-8", newline="\n")
    write_table(folder / "items.csv", item_rows(made))
    write_table(folder / "suppliers.csv", supplier_rows())
    write_table(folder / "demand.csv", demand_rows(made))
    write_history(folder, text)
    print(f"{len(made)} items: {figures(made)}")


if __name__ == "__main__":
    main(sys.argv[1:])
