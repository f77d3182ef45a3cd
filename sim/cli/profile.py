"""The verb profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import out, read_scenario, split_settings
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.profiles import Profile


@click.command("profile")
@click.argument("scenario")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--as-of", metavar="DATE", help="Take this date as day 0: only what lay before it is used.")
@click.option("--bucket", type=int, default=7, show_default=True, help="Days of one period for the demand class.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override a key of the scenario.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def profile_command(
    scenario: str, folder: Path | None, as_of: str | None, bucket: int, settings: tuple[str, ...], as_json: bool
) -> None:
    """What history says of SCENARIO before day 0: demand by item, lead times by supply line, disrupted stretches apart.

    Writes profile.csv (items), lead_times.csv (supply lines) and stretches.csv.
    """
    from sim.profiles import of, tables
    from sim.runs import make_folder, write_atomic

    if bucket < 1:
        raise UsageError(f"--bucket {bucket}: at least 1 day is needed")
    mine, _ = split_settings(settings, [])
    read = read_scenario(scenario, [*mine, *([f"as_of={as_of}"] if as_of else [])], trust=False)
    folder = make_folder(folder or Path("results") / f"{read.name}-profile")
    found = of(read, bucket)
    rows = {
        "items": tables.table(found),
        "lead times": tables.lead_rows(found),
        "stretches": tables.stretch_rows(found),
    }
    files = {"items": "profile.csv", "lead times": "lead_times.csv", "stretches": "stretches.csv"}
    for which, name in files.items():
        write_atomic(folder / name, tables.text(rows[which], tables.columns_of(which)))
    if as_json:
        document = {
            "scenario": read.name,
            "as_of": found.as_of or None,
            "basis": found.basis,
            "bucket": bucket,
            **{which.replace(" ", "_"): [tables.clean(row) for row in rows[which]] for which in files},
            "out": str(folder),
        }
        click.echo(json.dumps(document, indent=2, default=float))
        return
    from sim.report.profile import shown

    console = out()
    console.print(f"{read.title or read.name}: profile as of {found.as_of or 'day 0'}, from {found.basis}")
    console.print(shown(found))
    console.print(f"\n{_found(found)}", soft_wrap=True)
    console.print(f"Written: {', '.join(str(folder / name) for name in files.values())}", soft_wrap=True)
    console.print(_next(scenario, found), soft_wrap=True)


def _found(profile: Profile) -> str:
    """One sentence on what came out."""
    from sim.report.style import counted

    items = sum(len(items) for items in profile.items.values())
    thin = sum(int(kinds["all"].thin.sum()) for kinds in profile.demand.values())
    lines = sum(kinds["all"].basis == "delivery records" for kinds in profile.lead.values())
    apart = sum(one.kind == "disrupted" for one in profile.stretches)
    told = counted(len(profile.lead), "supply line")
    return (
        f"Found: {items:,} items by warehouse ({thin:,} thin), {told} ({lines} with deliveries on record), {apart} "
        f"disrupted {'stretch' if apart == 1 else 'stretches'}."
    )


def _next(scenario: str, profile: Profile) -> str:
    """What to do with it."""
    if any(one.basis == "found" for one in profile.stretches):
        return (
            "Next: read stretches.csv; declare what you agree with as [[stretches]] in the scenario, then  "
            f"bufferstock plan {scenario} --posture hybrid --out plan.xlsx"
        )
    return f"Next: bufferstock score {scenario}  and  bufferstock plan {scenario} --posture hybrid --out plan.xlsx"
