"""The verb run."""

from __future__ import annotations

import csv
import json
import math
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import one_weather, out, plans_named, read_scenario, split_settings

if TYPE_CHECKING:
    from sim.disruptions import Incident


@click.command("run")
@click.argument("scenario")
@click.option(
    "--posture", default="jit", show_default=True, help="Name (current too) or file (.toml; a plan: .xlsx, .csv)."
)
@click.option("--replication", type=int, default=0, show_default=True, help="Number of the future.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("--weather", default=None, help="Weather of the scenario; the headline when left out.")
@click.option("--item", default=None, help="Tell of this item only.")
@click.option("--most", type=int, default=10, show_default=True, help="How many stockouts to tell.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
def run_command(
    scenario: str,
    posture: str,
    replication: int,
    seed: int,
    weather: str | None,
    item: str | None,
    most: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    trust: bool,
) -> None:
    """Live one future of SCENARIO under one posture, and tell why items ran out.

    Replication k of a study with the same seed is the same future.
    """
    from sim.errors import UsageError, near_miss
    from sim.lessons.answers import in_lesson
    from sim.measures import BY_NAME, HEADLINE
    from sim.report.said_once import best_case
    from sim.runs import make_folder, write_atomic
    from sim.studies.story import tell

    if replication < 0 or seed < 0:
        raise UsageError(f"--replication {replication} and --seed {seed}: 0 or more is needed")
    if most < 0:
        raise UsageError(f"--most {most}: 0 or more is needed")
    mine, theirs = split_settings(settings, [posture])
    read = read_scenario(scenario, mine, trust)
    if item is not None and item not in read.catalogue.index:
        raise UsageError(f"--item: {item!r} is not an item of {read.name!r}{near_miss(item, read.catalogue.index)}")
    under = one_weather(read, weather)
    (plan,) = plans_named([posture], read, theirs, trust)
    folder = (
        folder or Path("results") / f"{read.name}-run-{plan.posture}-{under.replace(' ', '-')}-{seed}-{replication}"
    )
    make_folder(folder)
    story = tell(read.under(under), plan, seed, replication)
    told = [one for one in story.stockouts if item is None or one.item == item]
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["day", "event", "item", "warehouse", "units", "text"])
    for day, what, which, where, units, words, _ in story.events:
        if item is None or which == "" or which.split(" and ")[0] == item:
            writer.writerow([f"{day:g}", what, which, where, f"{units:g}", words])
    write_atomic(folder / "events.csv", text.getvalue())
    measures = {name: (value if value == value else None) for name, value in story.outcome.measures.items()}
    document = {
        "scenario": read.name,
        "weather": under,
        "posture": plan.posture,
        "seed": seed,
        "replication": replication,
        "measures": measures,
        "incidents": [_plain(one) for one in story.incidents],
        "stockouts": [vars(one) for one in told],
        "in_sample": list(read.judged_in_sample),
        "notes": list(plan.notes),
        "out": str(folder),
    }
    write_atomic(folder / "outcome.json", json.dumps(document, indent=2) + "\n")
    if as_json:
        click.echo(json.dumps(document, indent=2))
        return
    console = out()
    console.print(f"{read.title or read.name}: {plan.posture} in future {replication} of seed {seed}, weather {under}")
    for incident in story.incidents:
        console.print(f"  {_told(incident)}", soft_wrap=True)
    for name in HEADLINE:
        value = measures[name]
        unit = BY_NAME[name].unit.format(currency=read.currency)
        shown = "-" if value is None else (f"{value:.2%}" if BY_NAME[name].share else f"{value:,.0f} {unit}")
        console.print(f"  {BY_NAME[name].label:<32} {shown}")
    for why in best_case(read.judged_in_sample):
        console.print(why, style="bold")
    for note in plan.notes:
        console.print(f"Note: {note}", style="dim")
    which = f"; the {most} with most sales value not served at once:" if told else "."
    console.print(f"{len(told)} stockouts" + (f" of {item}" if item else "") + which)
    for one in told[:most]:
        when = f"day {one.start} for {one.days} day{'' if one.days == 1 else 's'}, {one.units:,.0f} units"
        console.print(f"- {one.item} at {one.warehouse}, {when}: {one.why}", soft_wrap=True)
    console.print(f"All events: {folder}/events.csv", soft_wrap=True)
    if in_lesson(scenario):  # the sheet says what comes next
        return
    other = "jit" if plan.posture == "hybrid" else "hybrid"
    console.print(f"Next: bufferstock compare {scenario} --postures {posture},{other}{' --trust' if trust else ''}")


def _plain(incident: Incident) -> dict[str, object]:
    """An incident with what differs from doing nothing; null where it never ends, or where the truth was known."""
    from sim.disruptions.effects import effects

    found: dict[str, object] = {name: getattr(incident, name) for name in ("name", "kind", "target", "where")}
    found["start"] = incident.start
    found["end"] = None if math.isinf(incident.end) else incident.end
    found |= {"clock": "whole_days" if incident.whole_days else "continuous", "notice": incident.notice}
    found["estimate"] = None if math.isnan(incident.estimate) else incident.estimate
    found["cause"] = incident.cause or None
    found["warehouses"], found["items"] = list(incident.sites), list(incident.items)
    found["effects"] = {name: getattr(incident, name) for name in sorted(effects(incident))}
    return found


def _told(incident: Incident) -> str:
    """What strikes where and when, and what was known of it before."""
    told = f"{incident.kind} at {incident.where}, "
    if math.isinf(incident.end):
        told += f"from day {incident.begins:.0f} for good"
    else:
        told += f"days {incident.begins:.0f} to {incident.ends:.0f}"
    if incident.notice:
        told += f", known {incident.notice:g} days before"
    if not math.isnan(incident.estimate) and incident.estimate != incident.end - incident.start:
        told += f", first believed to last {incident.estimate:.3g} days"
    return told
