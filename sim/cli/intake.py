"""Verbs that bring data in: import and template."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from sim.intake.bound import Source
    from sim.intake.importing import Imported
    from sim.intake.mapping import Entry
    from sim.intake.options import Options
    from sim.intake.tally import Tally

FILE = click.Path(path_type=Path)
#: rows not used that are shown on the terminal
EXAMPLES = 5


@click.command("import")
@click.argument("files", nargs=-1, type=FILE)
@click.option("-o", "--out", "folder", type=FILE, required=True, help="Folder for the scenario.")
@click.option("--items", multiple=True, type=FILE, metavar="FILE", help="An item master.")
@click.option("--demand", multiple=True, type=FILE, metavar="FILE", help="Demand history, long or wide.")
@click.option("--deliveries", multiple=True, type=FILE, metavar="FILE", help="Delivery history.")
@click.option("--stock", multiple=True, type=FILE, metavar="FILE", help="Stock on hand.")
@click.option("--map", "map_file", type=FILE, metavar="FILE", help="mapping.toml of an earlier import.")
@click.option("--as-of", metavar="DATE", help="Day 0: plans see what lay before it, the world replays what came after.")
@click.option("--column", "columns", multiple=True, metavar="[ROLE:]COLUMN=FIELD", help="What a column stands for.")
@click.option(
    "--where", multiple=True, metavar="COLUMN=VALUE", help="Only rows with this value (repeat to allow more)."
)
@click.option("--warehouse", metavar="NAME", help="Warehouse of rows that name none.")
@click.option("--one-warehouse", metavar="NAME", help="Take all warehouses as one.")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="What 01/02/2025 is.")
@click.option("--every", type=click.Choice(["day", "week", "month"]), help="What a row of demand covers.")
@click.option("--decimal", type=click.Choice(["comma", "point"]), help="The decimal mark of texts.")
@click.option("--pad", multiple=True, metavar="COLUMN=N", help="Fill numbers up to N digits with zeros.")
@click.option("--working-days", is_flag=True, help="Lead times count working days (7/5 calendar days each).")
@click.option("--return-days", type=int, help="Returns take back sales of up to so many days before.  [default: 30]")
@click.option("--drop-same-day", is_flag=True, help="Records delivered on the day of their order give no lead time.")
@click.option("--lead-time", type=float, metavar="DAYS", help="Assumed where an item has none.")
@click.option("--lead-time-cv", type=float, help="Assumed spread of lead times without records.  [default: 0.3]")
@click.option("--cost-share", type=float, help="Cost as a share of the price, where an item has a price alone.")
@click.option("--currency", metavar="CODE", help="Currency of all money.")
@click.option("--horizon", type=int, help="Days to book where demand is resampled.  [default: 365]")
@click.option("--name", default=None, help="Name of the scenario; the folder's when left out.")
@click.option("--today", metavar="DATE", help="Later dates are slips; the computer's date when left out.")
@click.option("--force", is_flag=True, help="Write into a folder that is not empty.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def import_command(**given: Any) -> None:
    """Read item masters, demand, deliveries and stock from CSV, Excel and Parquet FILES; write a scenario folder.

    What a file is follows from its columns, or is said with --items, --demand, --deliveries, --stock. The mapping is
    printed and kept in mapping.toml; what became of each row is written to import-report.csv.
    """
    from sim.intake import folder as writing
    from sim.intake import importing
    from sim.intake.importing import Given
    from sim.intake.tally import Tally
    from sim.library import load

    folder: Path = given["folder"]
    files = [Given(path) for path in given["files"]]
    files += [Given(path, role) for role in ("items", "demand", "deliveries", "stock") for path in given[role]]
    if not files:
        raise UsageError("name the files to import, for example: bufferstock import items.xlsx demand.csv --out mine")
    options, entries = _options(given)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder}: is a file; import needs a folder")
    if folder.is_dir() and {one.name for one in folder.iterdir()} - {"import-report.csv"} and not given["force"]:
        raise UsageError(f"{folder}: is not empty; choose another folder, or overwrite with --force")
    tally = Tally()
    sources: list[Source] = []
    try:
        sources = importing.read(files, options, entries, tally)
        if not given["as_json"]:
            _tell(sources)
        made = importing.join(sources, options, tally)
    except ScenarioError:
        if tally.accounts:
            folder.mkdir(parents=True, exist_ok=True)
            tally.write(folder / "import-report.csv")
            _reasons(tally, err=True)
            click.echo(f"All that was said of rows: {folder / 'import-report.csv'}", err=True)
        raise
    folder.mkdir(parents=True, exist_ok=True)
    written = writing.write(made, folder)
    load(folder)
    if given["as_json"]:
        click.echo(json.dumps(_document(made, folder, written), indent=2))
        return
    _summary(made, folder, written)


def _date(text: str | None, option: str) -> datetime.date | None:
    if text is None:
        return None
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r}: write a date as 2025-12-31") from error


def _options(given: dict[str, Any]) -> tuple[Options, list[Entry]]:
    """Options of the call, those of the mapping file beneath them, and the files the mapping knows."""
    from sim.intake import mapping
    from sim.intake.options import Options, named_column, padding, pairs

    chosen: dict[str, Any] = {}
    entries: list[Entry] = []
    if given["map_file"] is not None:
        chosen, entries = mapping.read(given["map_file"])
    simple = ("warehouse", "one_warehouse", "currency", "dates", "every", "return_days", "lead_time", "lead_time_cv")
    for name in (*simple, "cost_share", "horizon", "name"):
        if given[name] is not None:
            chosen[name] = given[name]
    if given["decimal"] is not None:
        chosen["decimal"] = {"comma": ",", "point": "."}[given["decimal"]]
    for name in ("working_days", "drop_same_day"):
        if given[name]:
            chosen[name] = True
    if given["pad"]:
        chosen["pad"] = {**chosen.get("pad", {}), **padding(given["pad"])}
    where: dict[str, tuple[str, ...]] = dict(chosen.get("where", {})) if not given["where"] else {}
    for key, value in pairs(given["where"], "--where", "--where fulfil_via=DIRECT"):
        where[key] = (*where.get(key, ()), value)
    chosen["where"] = where
    chosen["as_of"] = _date(given["as_of"], "--as-of")
    today = _date(given["today"], "--today")
    if today is not None:
        chosen["today"] = today
    chosen.setdefault("name", given["folder"].resolve().name)
    for name, least in (("return_days", 0), ("lead_time", 0), ("lead_time_cv", 0), ("horizon", 1), ("cost_share", 0)):
        if name in chosen and not chosen[name] >= least:
            raise UsageError(f"--{name.replace('_', '-')} {chosen[name]}: {least} or more is needed")
    return Options(**chosen, columns=tuple(named_column(text) for text in given["columns"])), entries


def _tell(sources: list[Source]) -> None:
    """Print the role of every file and what its columns were taken for."""
    for source in sources:
        table = source.table
        marks = [f"headings in row {table.header}", table.how]
        if source.decimal == ",":
            marks.append("decimal comma")
        if source.order:
            marks.append({"dmy": "day/month/year", "mdy": "month/day/year"}[source.order])
        if source.every and source.every != "day":
            marks.append(f"each cell covers a {source.every}")
        click.echo(f"{source.source}: {source.role}, {source.account.rows_in} rows ({'; '.join(marks)})")
        for one in source.bound.values():
            click.echo(f"  {one.told}")
        if source.wide:
            first, last = (source.wide[place] for place in (0, -1))
            click.echo(f"  units <- {len(source.wide)} columns, {first[0].name} to {last[0].name}")
        if source.unused:
            click.echo(f"  not used: {', '.join(source.unused)}")


def _document(made: Imported, folder: Path, written: list[str]) -> dict[str, Any]:
    """What became of the rows, what is assumed, and what was written."""
    return {
        "out": str(folder),
        "files": list(written),
        "items": len(made.masters),
        "warehouses": len(made.warehouses),
        "supply_lines": len(made.supply.lines),
        "rows": [
            {
                "file": one.source,
                "role": one.role,
                "in": one.rows_in,
                "used": one.rows_used,
                "reported": one.rows_reported,
            }
            for one in made.tally.accounts
        ],
        "notes": _notes(folder),
    }


def _notes(folder: Path) -> list[str]:
    """Notes of the scenario that was written."""
    import tomllib

    return list(tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))["notes"])


def _summary(made: Imported, folder: Path, written: list[str]) -> None:
    """Print what became of the rows, what is assumed, and what comes next."""
    click.echo("\nRows in = used + reported:")
    for account in made.tally.accounts:
        told = f"{account.rows_in} = {account.rows_used} + {account.rows_reported}"
        click.echo(f"  {account.source} ({account.role}): {told}")
    _reasons(made.tally)
    click.echo("\nNotes:")
    for note in _notes(folder):
        click.echo(f"- {note}")
    lines = len(made.supply.lines)
    click.echo(
        f"\n{len(made.masters)} items, {len(made.warehouses)} warehouses, {lines} supply lines: "
        f"wrote {', '.join(written)} to {folder}"
    )
    click.echo(f"Next: bufferstock profile {folder}  and  bufferstock score {folder}")


def _reasons(tally: Tally, err: bool = False) -> None:
    """Print what was said of files, and the commonest that was said of rows."""
    reasons: dict[str, int] = {}
    for remark in tally.remarks:
        if remark.positions is not None:
            for reason in [remark.reason] if isinstance(remark.reason, str) else set(remark.reason):
                count = remark.positions.size if isinstance(remark.reason, str) else list(remark.reason).count(reason)
                what = f"{remark.source}: {reason}: {remark.done}"
                reasons[what] = reasons.get(what, 0) + count
        else:
            about = f"{remark.source}: {remark.column}" if remark.column else remark.source
            click.echo(f"  {about}: {remark.reason}: {remark.done}", err=err)
    for what, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:12]:
        click.echo(f"  {count} x {what}", err=err)
    if len(reasons) > 12:
        click.echo(f"  … and {len(reasons) - 12} more reasons in import-report.csv", err=err)
    if examples := tally.rejected(EXAMPLES):
        click.echo("Rows not used, for example:", err=err)
        for told in examples:
            click.echo(f"  {told}", err=err)


@click.command("template")
@click.option("-o", "--out", "path", type=FILE, default=Path("template.xlsx"), show_default=True, help="File to write.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def template_command(path: Path, force: bool, as_json: bool) -> None:
    """Write an Excel template to fill in: items, demand, deliveries and stock, as `import` reads them."""
    from sim.intake.template import write

    if path.exists() and not force:
        raise UsageError(f"{path}: is there already; choose another name, or overwrite with --force")
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path}: a template is an Excel workbook: end its name in .xlsx")
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path)
    if as_json:
        click.echo(json.dumps({"out": str(path)}, indent=2))
        return
    click.echo(f"wrote {path}")
    click.echo(f"Next: fill it in, then  bufferstock import {path} --out mine")
