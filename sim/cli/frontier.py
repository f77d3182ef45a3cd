"""The verb frontier."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import (
    Stages,
    Stoppable,
    chosen_postures,
    one_weather,
    out,
    plans_named,
    read_scenario,
    split_settings,
)
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.studies.frontier import Frontier


@click.command("frontier")
@click.argument("scenario")
@click.option(
    "--postures",
    default=None,
    help="To be scaled, by commas; left out: jit,jic,hybrid, and current where there is one.",
)
@click.option("--target", type=float, default=None, help="Fill rate to be met, for example 0.98.")
@click.option("--lean", default="jit", show_default=True, help="The plan that the choice item by item stands on.")
@click.option("--factors", default="0,0.5,1,1.5,2", show_default=True, help="Safety stocks are multiplied with these.")
@click.option("--weather", default=None, help="One of the scenario's; its headline when left out.")
@click.option("-n", "--replications", type=int, default=40, show_default=True, help="Futures that choices rest on.")
@click.option("--fresh", type=int, default=60, show_default=True, help="Futures that all figures come from.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def frontier_command(
    scenario: str,
    postures: str | None,
    target: float | None,
    lean: str,
    factors: str,
    weather: str | None,
    replications: int,
    fresh: int,
    seed: int,
    jobs: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """The frontier between carrying cost and stockouts of SCENARIO: scaled postures, and buffers chosen item by item.

    Writes frontier.csv, frontier.json, manifest.json and figures/ into the folder of the run.
    """
    from sim import runs
    from sim.cli.optimise import checked
    from sim.studies.frontier import frontier

    started = datetime.now(UTC)
    checked(replications, fresh, seed, jobs)
    scales = numbers_of(factors, "--factors")
    wanted = None if postures is None else chosen_postures(postures)
    read = read_scenario(scenario, split_settings(settings, [lean, *(wanted or [])])[0], trust)
    names = wanted or ["jit", "jic", "hybrid", *(["current"] if read.current is not None else [])]
    together = list(dict.fromkeys([*names, lean]))
    _, theirs = split_settings(settings, together)
    chosen = one_weather(read, weather)
    plans = dict(zip(together, plans_named(together, read, theirs, trust), strict=True))
    made = folder is None
    if folder is None:
        more = ("frontier", target, lean, scales, chosen, replications, fresh)
        mark = runs.digest(read, tuple(plans.values()), seed, more)[:10]
        folder = Path("results") / f"{read.name}-frontier-{mark}"
    runs.open_folder(folder, force or made, replications=False)
    stages = Stages(as_json or no_progress)
    scaled = [plans[name] for name in names]
    with Stoppable(), stages as watch:
        found = frontier(
            read,
            scaled,
            target,
            plans[lean],
            scales,
            replications=replications,
            fresh=fresh,
            seed=seed,
            jobs=jobs,
            weather=chosen,
            trust=trust,
            watch=watch,
        )
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        click.echo(json.dumps({**document(found), "out": str(folder)}, indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, scenario, trust)


def numbers_of(text: str, option: str) -> tuple[float, ...]:
    """Numbers divided by commas.

    Raises
    ------
    UsageError : one is none.
    """
    try:
        return tuple(float(part) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise UsageError(f"{option} {text!r}: numbers divided by commas are needed, for example 0,0.5,1,2") from error


def rows(found: Frontier) -> list[dict[str, Any]]:
    """One row a point."""
    from sim.studies.frontier.climb import CARRYING, INVENTORY, STOCKOUT

    made = []
    for place, point in enumerate(found.points):
        row: dict[str, Any] = {
            "point": point.label,
            "family": point.family,
            "posture": point.posture,
            "factor": point.factor,
        }
        columns = {"carrying_cost": CARRYING, "stockout_cost": STOCKOUT, "total_cost": -1, "inventory_value": INVENTORY}
        for name, column in columns.items():
            one = found.of(place, column)
            row |= {name: one.mean, f"{name}_low": one.low, f"{name}_high": one.high}
        fill = found.fill(place)
        row |= {"fill_rate": fill.mean, "fill_rate_low": fill.low, "fill_rate_high": fill.high}
        by = found.dominated[place]
        row |= {
            "surely_beaten_by": "" if by is None else found.points[by].label,
            "efficient": place in found.efficient,
            "least_total_cost": place == found.cheapest,
            "meets_target": place == found.meets,
            "n": len(found.fresh),
            "currency": found.scenario.currency,
        }
        made.append(row)
    return made


def document(found: Frontier) -> dict[str, Any]:
    """All of a frontier as plain data."""
    from sim.report.frontier_words import dominated, headline
    from sim.runs import plain

    told: dict[str, Any] = plain(
        {
            "scenario": found.scenario.name,
            "weather": found.weather,
            "seed": found.seed,
            "target": found.target,
            "searched": len(found.searched),
            "fresh": len(found.fresh),
            "headline": headline(found),
            "beaten": dominated(found),
            "points": rows(found),
            "in_sample": list(found.scenario.judged_in_sample),
        }
    )
    return told


def _finish(found: Frontier, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    from sim import runs

    told = document(found)
    runs.write_atomic(folder / "frontier.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    runs.table(rows(found), folder / "frontier.csv")
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.frontier_figure import figures

        drawn = figures(found, folder / "figures")
    outputs = [folder / "frontier.json", folder / "frontier.csv", *drawn]
    manifest = runs.manifest(_Study(found), {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["frontier"] = told
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


class _Study:
    """A frontier as a manifest sees a study."""

    def __init__(self, found: Frontier) -> None:
        self.scenario, self.seed, self.plans = found.scenario, found.seed, found.plans
        self.weathers, self.postures = (found.weather,), tuple(plan.posture for plan in found.plans)
        self.numbers = (*found.searched, *found.fresh)


def _show(found: Frontier, folder: Path, drawn: list[Path], scenario: str, trust: bool) -> None:
    from rich.table import Table

    from sim.report.frontier_words import dominated, headline, money
    from sim.report.said_once import best_case
    from sim.report.style import percent
    from sim.report.tables import FRAME
    from sim.studies.frontier.climb import CARRYING, STOCKOUT

    console, unit = out(), money(found)
    console.print(f"{found.scenario.title or found.scenario.name}: weather {found.weather}, seed {found.seed}")
    table = Table(
        title=f"{unit.unit} a year, mean ± 95 % over {len(found.fresh)} futures", title_justify="left", **FRAME
    )
    table.add_column("Point")
    for heading in ("Carrying", "Stockouts", "Total", "Fill rate"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for place, point in enumerate(found.points):
        cells = []
        for column in (CARRYING, STOCKOUT, -1):
            one = found.of(place, column)
            cells.append(f"{unit.number(one.mean)} ± {unit.number(one.half_width)}")
        marks = [
            word
            for word, there in (("least total", place == found.cheapest), ("meets the target", place == found.meets))
            if there
        ]
        by = found.dominated[place]
        marks += [] if by is None else [f"surely beaten by {found.points[by].label}"]
        table.add_row(
            point.label, *cells, percent(found.fill(place).mean, 2), ", ".join(marks), style="dim" if by else ""
        )
    console.print(table)
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    if beaten := dominated(found):
        console.print(beaten, soft_wrap=True)
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    console.print(f"Written: {folder}/frontier.csv, frontier.json, manifest.json", soft_wrap=True)
    console.print(f"Found: {headline(found)}.", style="bold", soft_wrap=True)
    flag = " --trust" if trust else ""
    wanted = "" if found.target is None else f" --target fill_rate={found.target:g}"
    console.print(
        f"Next: bufferstock optimise {quote(scenario)}{wanted}{flag}  (the plan, line by line)", soft_wrap=True
    )
