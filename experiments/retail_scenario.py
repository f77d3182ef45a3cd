"""A scenario folder from real records: daily sales of a British online shop, lead times of an aid programme's vendors.

The records are read where they are and never become part of the project. What joins them (which item comes by which
lane, what it costs, how critical it is) is invented by the rules below and told in the scenario's notes.
"""

from __future__ import annotations

import csv
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sim.errors import UsageError

DEMAND, PRODUCTS, LANES = "retail_demand_daily.csv", "retail_skus.csv", "scms_lane_parameters.csv"
#: plans are made on the morning of this Monday, from the 243 days before it
AS_OF = date(2011, 8, 1)
#: whole weeks, so that a run starts on a Monday too: all that the record has; twice the longest lead time and a review
WARM_UP = {"replay": 238, "bootstrap": 420}
#: days from AS_OF: all that is left of the record, or a year of resampled weeks
HORIZON = {"replay": 131, "bootstrap": 365}
WEEK = 7

#: coefficient of variation of steady repeat orders, calibration section 6
STEADY = (0.25, 0.40)
#: fewest recorded lead times of a row that is used
LEAST = 30


@dataclass(frozen=True)
class Mode:
    """How goods come by one mode: its share of the items from cheap to dear, and what is assumed of the way."""

    recorded: str
    name: str
    share: float
    transit: float
    freight: float


#: share of items by price, transit days and freight in GBP per m3 (USD 60, 835 and 70 at 1.60 a pound): all assumed
MODES = (
    Mode("OCEAN", "sea", 0.5, 40.0, 37.5),
    Mode("AIR", "air", 0.3, 6.0, 522.0),
    Mode("TRUCK", "truck", 0.2, 4.0, 44.0),
)
PORT, DWELL, SERVICE = "Felixstowe", 3.0, 0.1
STRIKE = 30
#: shares of the items by sales value before AS_OF, from the top
CRITICALITY = ((0.2, "halts production"), (0.3, "breaches a contract"), (0.5, "inconveniences"))
COST_SHARE, PER_LINE, LITRES = 0.5, 2.0, 0.3

SOURCE = "Chen, D. (2015) Online Retail, UCI Machine Learning Repository, doi:10.24432/C5BW33, CC BY 4.0"

#: notes of a scenario, one paragraph each; the first sentence says the matter, since some pages have room for no more
REAL = """
Demand is real: Online Retail (Chen 2015, doi:10.24432/C5BW33, CC BY 4.0), cleaned and cut to {count} products. Source:
{source}. Changed: duplicates, non-products, non-positive prices, bad debt and sales cancelled within 60 days taken
out, units added up by day. It is what was sold: what was asked for and not in stock is not in it.
"""
BY_DEMAND = {
    "replay": """
Replay: every future has the demand of {start} to {last} as it was recorded; only lead times and the strike are drawn.
The {warm_up} days before {as_of} are lived through and not booked. Money a year is {horizon} days of one autumn scaled
up, and intervals are about lead times: they say nothing of other autumns.
""",
    "bootstrap": """
Bootstrap: demand is whole weeks, Monday to Sunday, of {start} to {eve}, drawn with replacement for all items at once.
What sold together still does; season and growth are gone.
""",
}
REST = """
Plans see what was sold from {first} to {eve} and nothing later. The ranking by sales value sees no more; but prices
(medians) and the choice of products were made on the whole record.

Lead times, order to delivery, are real: USAID SCMS Delivery History 2006-2015 (US Government work), {lead}. They are
tenders for medicines of an aid programme, not deliveries to this shop.

Vendors are those with {least} or more lead times on record and a cv of {steady}, as steady repeat orders have.
{recorded}: cv as recorded. {cut}

Invented: from cheap to dear, half the items come by sea, three tenths by air, a fifth by truck, dealt to the mode's
vendors in turn.

Assumed: the way takes 40 days by sea and 3 more in port, 6 by air, 4 by truck; the rest of the lead time lies before
goods are ready. That part is lognormal and holds all of the recorded spread; its luck stays alike for about one lead
time.

Invented: cost is half the price; volume {litres:g} litres at one pound, growing with price to the power 2/3; freight
£37.5 a m3 by sea, £522 by air, £44 by truck; £{per_line:g} an order line; half of unmet demand is lost. Carrying 25 %
of value a year is the usual rule of thumb.

Invented: by sales value the top fifth of the items 'halts production' (goodwill 100 % of cost), the next three tenths
'breaches a contract' (30 %).

Invented: the strike, {strike} days at a port called {port} that all sea goods pass, starting between a tenth and half
of the horizon. The real strike there in 2022 took 8 days.
"""


@dataclass(frozen=True)
class Product:
    """One product of the shop; price in GBP."""

    sku: str
    description: str
    price: float


@dataclass(frozen=True)
class Sale:
    """Units of one product sold on one day."""

    sku: str
    day: date
    units: int


@dataclass(frozen=True)
class Way:
    """A vendor and its lane: recorded days from order to delivery, and the coefficient of variation that is used."""

    vendor: str
    mode: Mode
    records: int
    mean: float
    recorded_cv: float
    cv: float

    @property
    def name(self) -> str:
        """Name of supplier and lane."""
        return f"{self.vendor} {self.mode.name}"

    @property
    def making(self) -> tuple[float, float]:
        """Mean and cv of the time before goods are ready: what the assumed way leaves, with all of the spread."""
        way = self.mode.transit + (DWELL + SERVICE if self.mode.name == "sea" else 0.0)
        return self.mean - way, self.mean * self.cv / (self.mean - way)


@dataclass(frozen=True)
class Records:
    """All that is read: products in order of their number, sales, and the vendors that are used."""

    products: tuple[Product, ...]
    sales: tuple[Sale, ...]
    ways: tuple[Way, ...]


def missing(data: Path) -> list[str]:
    """Files that are not there."""
    return [name for name in (DEMAND, PRODUCTS, LANES) if not (data / name).is_file()]


def read(data: Path) -> Records:
    """The records of a folder.

    Raises
    ------
    UsageError : a file is missing, or does not hold what it should.
    """
    lacking = missing(data)
    if lacking:
        raise UsageError(f"{data}: {', '.join(lacking)} not found; name the folder of the records with --data")
    try:
        products = [
            Product(row["sku_id"], row["description"], float(row["price_gbp"])) for row in _rows(data / PRODUCTS)
        ]
        sales = [
            Sale(row["sku_id"], date.fromisoformat(row["date"]), int(row["units"])) for row in _rows(data / DEMAND)
        ]
        ways = ways_of(_rows(data / LANES))
    except (KeyError, ValueError) as error:
        raise UsageError(f"{data}: the records are not as expected: {error!r}") from error
    return Records(tuple(sorted(products, key=lambda product: product.sku)), tuple(sales), ways)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ways_of(rows: Iterable[dict[str, str]]) -> tuple[Way, ...]:
    """Every vendor of a mode whose lead times are recorded often and spread like steady repeat orders.

    A mode without such a vendor gets the one with most records, its spread cut to the largest that is called steady.
    """
    found: list[Way] = []
    often = [row for row in rows if row["level"] == "vendor_mode" and row["lead_cv"] and int(row["n_lead"]) >= LEAST]
    for mode in MODES:
        here = sorted((row for row in often if row["mode"] == mode.recorded), key=lambda row: row["vendor_id"])
        if not here:
            raise ValueError(f"no vendor has {LEAST} recorded lead times by {mode.recorded}")
        chosen = [row for row in here if STEADY[0] <= float(row["lead_cv"]) <= STEADY[1]]
        for row in chosen or [max(here, key=lambda row: int(row["n_lead"]))]:
            spread = float(row["lead_cv"])
            cv = min(max(spread, STEADY[0]), STEADY[1])
            found.append(Way(row["vendor_id"], mode, int(row["n_lead"]), float(row["lead_mean"]), spread, cv))
    return tuple(found)


def joined(products: Sequence[Product], ways: Sequence[Way]) -> dict[str, Way]:
    """Invented: from cheap to dear, half the items come by sea, three tenths by air, the rest by truck.

    Within a mode, items are dealt to its vendors in turn.
    """
    ranked = sorted(products, key=lambda product: (product.price, product.sku))
    found: dict[str, Way] = {}
    start, share = 0, 0.0
    for mode in MODES:
        share += mode.share
        end = round(share * len(ranked))
        vendors = [way for way in ways if way.mode is mode]
        for place, product in enumerate(ranked[start:end]):
            found[product.sku] = vendors[place % len(vendors)]
        start = end
    return found


def criticalities(records: Records) -> dict[str, str]:
    """Invented: by sales value before AS_OF, the top fifth, the next three tenths, the rest."""
    price = {product.sku: product.price for product in records.products}
    value = dict.fromkeys(price, 0.0)
    for sale in records.sales:
        if sale.day < AS_OF:
            value[sale.sku] += sale.units * price[sale.sku]
    ranked = sorted(value, key=lambda sku: (-value[sku], sku))
    found: dict[str, str] = {}
    share = 0.0
    for part, criticality in CRITICALITY:
        share += part
        for sku in ranked[len(found) : round(share * len(ranked))]:
            found[sku] = criticality
    return found


def volume(price: float) -> float:
    """Invented: so many litres for an item of one pound, growing with price to the power 2/3; m3."""
    return float(f"{LITRES / 1000 * price ** (2 / 3):.3g}")


def write(folder: Path, records: Records, demand: str) -> Path:
    """Write scenario.toml, items.csv, demand.csv and history.parquet; the same bytes for the same records.

    Parameters
    ----------
    folder : made when it is not there; files of these names are overwritten.
    demand : "replay" or "bootstrap".
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    way, criticality = joined(records.products, records.ways), criticalities(records)
    _table(
        folder / "items.csv",
        ("item", "description", "standard_cost", "price", "volume", "criticality", "supplier"),
        [
            (
                p.sku,
                p.description,
                f"{COST_SHARE * p.price:.6g}",
                f"{p.price:g}",
                f"{volume(p.price):g}",
                criticality[p.sku],
                way[p.sku].name,
            )
            for p in records.products
        ],
    )
    block = (str(WEEK),) if demand == "bootstrap" else ()
    _table(
        folder / "demand.csv",
        ("item", "warehouse", "model", *(("block",) if block else ())),
        [(p.sku, "Shop", demand, *block) for p in records.products],
    )
    history = pa.table(
        {
            "item": pa.array([sale.sku for sale in records.sales], pa.string()),
            "date": pa.array([sale.day.isoformat() for sale in records.sales], pa.string()),
            "units": pa.array([sale.units for sale in records.sales], pa.int64()),
        }
    )
    pq.write_table(history, folder / "history.parquet", compression="zstd")
    (folder / "scenario.toml").write_text(_toml(records, demand), encoding="utf-8")
    return folder


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def notes(records: Records, demand: str) -> list[str]:
    """What is real, what is assumed and what is invented: printed with every result."""
    cut = [way for way in records.ways if way.cv != way.recorded_cv]
    filled = (REAL + BY_DEMAND[demand] + REST).format(
        source=SOURCE,
        count=len(records.products),
        as_of=AS_OF,
        eve=AS_OF - timedelta(days=1),
        start=AS_OF - timedelta(days=WARM_UP["replay"]),
        first=min(sale.day for sale in records.sales),
        last=max(sale.day for sale in records.sales),
        warm_up=WARM_UP[demand],
        horizon=HORIZON[demand],
        lead="; ".join(f"{way.name} {way.mean:.0f} days (cv {way.cv:.2f})" for way in records.ways),
        least=LEAST,
        steady=f"{STEADY[0]:.2f} to {STEADY[1]:.2f}",
        recorded=", ".join(way.name for way in records.ways if way not in cut),
        cut=" ".join(
            f"No {way.mode.name} vendor is so steady: {way.name} has most records of them, its cv is cut from "
            f"{way.recorded_cv:.2f}."
            for way in cut
        ),
        litres=LITRES,
        per_line=PER_LINE,
        strike=STRIKE,
        port=PORT,
    )
    return [" ".join(paragraph.split()) for paragraph in filled.strip().split("\n\n")]


def _toml(records: Records, demand: str) -> str:
    """The scenario file."""
    title = f"Real demand and lead times: {len(records.products)} items of a British online shop, {demand}"
    about = (
        "Daily sales of a British online shop, delivered with the lead times of a medicines programme. The plan is "
        f"made on {AS_OF}; how does each posture live with what comes?"
    )
    horizon = HORIZON[demand]
    parts = [
        "# Made by experiments/real_retail.py from records that are not part of the project: not to be committed.",
        f'name = "real-retail-{demand}"',
        f"title = {json.dumps(title)}",
        f"about = {json.dumps(about)}",
        "notes = [",
        *(f"  {json.dumps(note, ensure_ascii=False)}," for note in notes(records, demand)),
        "]",
        'currency = "GBP"',
        f"horizon = {horizon}",
        f"warm_up = {WARM_UP[demand]}",
        'units = "integer"',
        f"review_every = {WEEK}",
        "lost_share = 0.5",
        'history = "history.parquet"',
        f'as_of = "{AS_OF}"',
        'items = "items.csv"',
        'demand = "demand.csv"',
        'headline = "calm"',
        "",
        "[costs]",
        f"per_line = {PER_LINE:g}",
        "",
        "[weathers]",
        "calm = []",
        'strike = ["strike"]',
        "",
        "[[warehouses]]",
        'name = "Shop"',
        "",
        "[[ports]]",
        f'name = "{PORT}"',
        "berths = 1",
        f"service_time = {SERVICE:g}",
        "surge = 1.33",
        f"dwell = {DWELL:g}",
        "",
    ]
    for way in records.ways:
        mean, cv = way.making
        legs = [
            f"{{ transit = {way.mode.transit:g} }}",
            *([f'{{ port = "{PORT}" }}'] if way.mode.name == "sea" else []),
        ]
        parts += [
            "[[suppliers]]",
            f'name = "{way.name}"',
            f'production_time = {{ law = "lognormal", mean = {mean:.6g}, cv = {cv:.6g} }}',
            f"correlation_time = {way.mean:.6g}",
            "",
            "[[lanes]]",
            f'name = "{way.name}"',
            f'origin = ["{way.name}"]',
            'destination = "Shop"',
            f'mode = "{way.mode.name}"',
            f"freight = {way.mode.freight:g}",
            f"legs = [{', '.join(legs)}]",
            "",
        ]
    parts += [
        "[[disruptions]]",
        'kind = "port_strike"',
        'name = "strike"',
        f'port = "{PORT}"',
        f'start = {{ law = "uniform", low = {math.ceil(horizon / 10)}, high = {horizon // 2} }}',
        f"length = {STRIKE}",
        "",
    ]
    return "\n".join(parts)


@dataclass(frozen=True)
class Outlook:
    """What the plan expects a day, and what the record holds after AS_OF, in units and in sales value (GBP).

    Attributes
    ----------
    days : recorded days before and after.
    units, value : a day, before and after.
    error : sum over items of |after - before| / sum of after, of value a day.
    grown : items that sold more than twice what was forecast.
    shrunk : items that sold less than half of it.
    """

    days: tuple[int, int]
    units: tuple[float, float]
    value: tuple[float, float]
    error: float
    grown: frozenset[str]
    shrunk: frozenset[str]


def outlook(records: Records) -> Outlook:
    """How far the mean before AS_OF is from the mean after it."""
    price = {product.sku: product.price for product in records.products}
    sold: dict[bool, dict[str, float]] = {side: defaultdict(float) for side in (False, True)}
    for sale in records.sales:
        sold[sale.day >= AS_OF][sale.sku] += sale.units
    days = (
        (AS_OF - min(sale.day for sale in records.sales)).days,
        (max(sale.day for sale in records.sales) - AS_OF).days + 1,
    )
    before, after = ({sku: sold[side][sku] / days[side] for sku in price} for side in (False, True))
    value = [sum(side[sku] * price[sku] for sku in price) for side in (before, after)]
    off = sum(abs(after[sku] - before[sku]) * price[sku] for sku in price)
    return Outlook(
        days=days,
        units=(sum(before.values()), sum(after.values())),
        value=(value[0], value[1]),
        error=off / value[1],
        grown=frozenset(sku for sku in price if after[sku] > 2 * before[sku]),
        shrunk=frozenset(sku for sku in price if after[sku] < 0.5 * before[sku]),
    )
