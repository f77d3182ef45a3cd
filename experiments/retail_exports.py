"""Two tables as an ERP would export them, from real records joined by invention: an item master and delivery records.

The tutorial on real records (docs/tutorial-real-records.md) imports them together with the recorded demand. Which item
comes from which vendor, what it costs and how critical it is, is invented by the rules of `retail_scenario`; each delivery
of a vendor is given to one of its items in turn, which is invented too. Dates are as recorded. The records do not become
part of the project: results are ignored by git.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from real_retail import data_folder
from retail_scenario import COST_SHARE, Way, criticalities, joined, read, volume

from sim.errors import BufferstockError, UsageError

DELIVERIES = "scms_deliveries.csv"
ITEMS_HEADER = (
    "Item",
    "Description",
    "Standard cost (GBP)",
    "Price (GBP)",
    "Volume (m3)",
    "Criticality",
    "Supplier",
    "Mode",
)
DELIVERIES_HEADER = ("Item", "Supplier", "Mode", "Ordered", "Promised", "Delivered", "Quantity")


def write(data: Path, folder: Path) -> tuple[int, int]:
    """Write ``items.csv`` and ``deliveries.csv``; returns how many rows each has.

    Raises
    ------
    UsageError : the records are missing.
    """
    records = read(data)
    if not (data / DELIVERIES).is_file():
        raise UsageError(f"{data}: {DELIVERIES} not found; name the folder of the records with --data")
    way, criticality = joined(records.products, records.ways), criticalities(records)
    items = [
        (
            product.sku,
            product.description,
            f"{COST_SHARE * product.price:.6g}",
            f"{product.price:g}",
            f"{volume(product.price):g}",
            criticality[product.sku],
            way[product.sku].vendor,
            way[product.sku].mode.recorded,
        )
        for product in records.products
    ]
    products: dict[tuple[str, str], list[str]] = defaultdict(list)
    for product in records.products:
        products[_line(way[product.sku])].append(product.sku)
    deliveries = _dealt(data / DELIVERIES, products)
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / "items.csv", ITEMS_HEADER, items)
    _table(folder / "deliveries.csv", DELIVERIES_HEADER, deliveries)
    return len(items), len(deliveries)


def _line(way: Way) -> tuple[str, str]:
    return way.vendor, way.mode.recorded


def _dealt(path: Path, products: dict[tuple[str, str], list[str]]) -> list[tuple[str, ...]]:
    """Recorded deliveries of the vendors, in order of their order dates, dealt to the items of each in turn."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["fulfil_via"] == "DIRECT" and row["po_sent"] and (row["vendor_id"], row["mode"]) in products
        ]
    rows.sort(key=lambda row: (row["po_sent"], int(row["line_id"])))
    count: dict[tuple[str, str], int] = defaultdict(int)
    made = []
    for row in rows:
        line = row["vendor_id"], row["mode"]
        item = products[line][count[line] % len(products[line])]
        count[line] += 1
        made.append((item, *line, row["po_sent"], row["scheduled"], row["delivered"], row["qty_packs"]))
    return made


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables and say where; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the records")
    parser.add_argument(
        "--out", type=Path, default=Path("results/retail-exports"), help="folder (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    try:
        items, deliveries = write(given.data if given.data is not None else data_folder(), given.out)
    except BufferstockError as error:
        print(f"retail_exports: {error}", file=sys.stderr)
        return error.exit_code
    print(f"wrote items.csv ({items} rows) and deliveries.csv ({deliveries} rows) to {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
