"""The scenario folder: tables, a commented scenario file, and notes on all that is assumed."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.intake import erp, mapping, scenario_file
from sim.intake.held import Held, held
from sim.intake.importing import Imported
from sim.intake.safe import cell
from sim.intake.scenario_file import day_zero, pairs_of

#: delivery records from which on they are written as Parquet
MANY_RECORDS = 100_000


def write(made: Imported, folder: Path) -> list[str]:
    """Write the folder; returns the names of its files."""
    plans_by = held(made)
    tables = {
        "items.csv": _items(made),
        "suppliers.csv": _suppliers(made),
        "demand.csv": _demand(made),
        "current.csv": _current(plans_by),
        "stock.csv": _stock(made),
    }
    written = ["scenario.toml"]
    for name, lines in tables.items():
        if len(lines) > 1:
            _csv(folder / name, lines)
            written.append(name)
    _history(made, folder / "history.parquet")
    written.append("history.parquet")
    records = _deliveries(made, folder)
    written += [records] if records else []
    (folder / "scenario.toml").write_text(scenario_file.text(made, records, plans_by), encoding="utf-8")
    mapping.write(folder / "mapping.toml", made.sources, made.options)
    made.tally.write(folder / "import-report.csv")
    return [*written, "mapping.toml", "import-report.csv"]


def _csv(path: Path, lines: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([cell(value) for value in line] for line in lines)


def _number(value: float | None) -> str:
    """A number in full, without digits that say nothing; "" where there is none."""
    return "" if value is None or value != value else f"{value:.10g}"


def _filled(header: Sequence[str], lines: list[list[str]]) -> list[list[str]]:
    """A table without the columns that no row fills."""
    kept = [place for place in range(len(header)) if any(line[place] for line in lines)]
    return [[line[place] for place in kept] for line in [list(header), *lines]]


def _items(made: Imported) -> list[list[str]]:
    header = [
        "item",
        "description",
        "family",
        "standard_cost",
        "price",
        "volume",
        "shelf_life",
        "criticality",
        "supplier",
        "minimum_order",
        "multiple",
        "purchase_price",
    ]
    lines = []
    for name, master in made.masters.items():
        lots = {
            key: [v for site in master.sites.values() if isinstance(v := site.get(key), float)]
            for key in ("minimum_order", "multiple")
        }
        volume = erp.volume_of(master)
        lines.append(
            [
                name,
                master.text("description"),
                master.text("family"),
                _number(master.cost),
                _number(master.number("price")),
                _number(volume) if volume > 0 else "",
                _number(master.number("shelf_life") or None),
                master.criticality,
                ";".join(made.supply.lines[key].name for key in made.supply.of_item[name]),
                *(_number((lots[key] or [0.0])[0] or None) for key in ("minimum_order", "multiple")),
                _number(master.number("purchase_price")),
            ]
        )
    return _filled(header, lines)


def _suppliers(made: Imported) -> list[list[str]]:
    laws = ("law", "value", "mean", "cv", "values", "probabilities")
    header = ["name", "place", "grade", *(f"production_time.{key}" for key in laws)]
    place: dict[str, str] = {}
    grade: dict[str, str] = {}
    for master in made.masters.values():
        place.setdefault(master.text("supplier"), master.text("supplier_place"))
        grade.setdefault(master.text("supplier"), master.text("supplier_grade"))
    lines = [
        [
            line.name,
            place.get(line.supplier, ""),
            grade.get(line.supplier, ""),
            *(line.law.get(key, "") for key in laws),
        ]
        for line in made.supply.lines.values()
    ]
    return _filled(header, lines)


def _demand(made: Imported) -> list[list[str]]:
    replay = made.options.as_of is not None
    header = ["item", "warehouse", "model", "block"]
    lines = [[item, site, "replay" if replay else "bootstrap", "" if replay else "7"] for item, site in pairs_of(made)]
    return _filled(header, lines)


def _current(plans_by: Held) -> list[list[str]]:
    columns = ("safety_stock", "reorder_point", "order_up_to", "order_quantity", "review_every", "multiple", "minimum")
    lines = [
        [item, site, *(_number(figures.get(name)) for name in columns)] for (item, site), figures in plans_by.items()
    ]
    return _filled(("item", "warehouse", *columns), lines) if lines else [[]]


def _stock(made: Imported) -> list[list[str]]:
    mean = made.sales.mean(day_zero(made).toordinal())
    lines = []
    for (item, site), units in sorted(made.stock.items()):
        sold = mean.get((item, site), 0.0)
        value = units * made.masters[item].cost
        lines.append([item, site, _number(units), f"{value:.2f}", f"{units / sold:.1f}" if sold > 0 else ""])
    return [["item", "warehouse", "on_hand", "value", "days_of_cover"], *lines]


def _history(made: Imported, path: Path) -> None:
    """Units a day; the first and the last day are there even where nothing was sold."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sales = made.sales
    item, site = sales.item_of.astype(np.int32), sales.site_of.astype(np.int32)
    day, units = sales.day, sales.units
    for ends in (sales.first, sales.last):
        if not (day == ends).any():
            item, site = np.append(item, item[0]), np.append(site, site[0])
            day, units = np.append(day, ends), np.append(units, 0.0)
    dates = [datetime.date.fromordinal(number).isoformat() for number in range(sales.first, sales.last + 1)]

    def named(names: Sequence[str], codes: Any) -> Any:
        return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(names, pa.string())).cast(
            pa.string()
        )

    table = pa.table(
        {
            "item": named(sales.items, item),
            "warehouse": named(sales.sites, site),
            "date": named(dates, (day - sales.first).astype(np.int32)),
            "units": pa.array(units.astype(np.int64) if sales.whole else units),
        }
    )
    pq.write_table(table, path, compression="zstd")


def _deliveries(made: Imported, folder: Path) -> str:
    """Delivery records by supply line; returns the file's name, "" where there are none."""
    found = made.records
    if not found.size:
        return ""
    lines = []
    for place in range(found.size):
        item, mode = found.items[place], found.modes[place]
        line = made.supply.line_of(item, found.suppliers[place], mode)
        assert line is not None
        dates = (found.ordered[place], found.promised[place], found.delivered[place])
        quantity = _number(float(found.quantity[place]))
        lines.append([item, line.name, found.sites[place], line.mode, *(_date(day) for day in dates), quantity])
    lines.sort(key=lambda line: (line[4], line[1], line[0]))
    header = ["item", "supplier", "warehouse", "mode", "ordered", "promised", "delivered", "quantity"]
    if len(lines) < MANY_RECORDS:
        _csv(folder / "deliveries.csv", [header, *lines])
        return "deliveries.csv"
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = dict(zip(header, map(list, zip(*lines, strict=True)), strict=True))
    columns["quantity"] = [float(one) if one else None for one in columns["quantity"]]
    dated = {name: [one or None for one in columns[name]] for name in ("ordered", "promised", "delivered")}
    pq.write_table(pa.table({**columns, **dated}), folder / "deliveries.parquet", compression="zstd")
    return "deliveries.parquet"


def _date(day: float) -> str:
    return "" if day != day else datetime.date.fromordinal(int(day)).isoformat()
