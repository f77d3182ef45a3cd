"""The verb replay."""

from __future__ import annotations

import json
import math
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import Stoppable, chosen_postures, one_weather, out, plans_named, read_scenario, split_settings
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.scenario import Scenario
    from sim.studies.reenact import Reenactment
    from sim.studies.reenact_aim import Aim

#: most futures of one study
MOST = 100_000
#: first day of an event where none is given: this one, or earlier where the horizon is short
START, PART = 60, 6
#: largest scales of length and severity
LARGEST = 100.0


@click.command("replay")
@click.argument("scenario")
@click.option("--event", "name", default=None, help="An event of the library (bufferstock events).")
@click.option("--variant", default=None, help="Variant of the event; the first when left out.")
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="KIND=NAME",
    help="Aim it there: port=Yantian, supplier=S06, region=China, lane=, pool=, item=, family= …",
)
@click.option("--start", type=float, default=None, help="First day of the event; left out: day 60, or a sixth in.")
@click.option("--length", type=float, default=None, help="Scale of its length: 1 as it was, 0.25 a mild variant.")
@click.option("--severity", type=float, default=None, help="Scale of what it does: 1 as it was.")
@click.option("--weather", default=None, help="One of the scenario's: shown, or with --event there all the time.")
@click.option(
    "--postures",
    default="jit,jic,hybrid",
    show_default=True,
    help="Names (current too) or files (.toml; plans: .xlsx, .csv), divided by commas.",
)
@click.option("--replication", type=int, default=0, show_default=True, help="Number of the future that is shown.")
@click.option("--futures", type=int, default=1, show_default=True, help="Median and band of so many futures.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw the figure.")
def replay_command(
    scenario: str,
    name: str | None,
    variant: str | None,
    targets: tuple[str, ...],
    start: float | None,
    length: float | None,
    severity: float | None,
    weather: str | None,
    postures: str,
    replication: int,
    futures: int,
    seed: int,
    jobs: int,
    folder: Path | None,
    settings: tuple[str, ...],
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
) -> None:
    """What would have happened to SCENARIO in a real event, or in a weather of its own, under each posture.

    The same future is lived with the event and without it. Writes events.csv, daily.csv, manifest.json and a figure; with
    --futures also futures.csv and bands.csv.
    """
    from sim import runs
    from sim.studies.reenact import Setting, reenact, sound

    started = datetime.now(UTC)
    _sound(replication, futures, seed, jobs)
    given = {"--variant": variant, "--target": targets or None, "--start": start, "--length": length}
    given["--severity"] = severity
    for option, value in given.items():
        if name is None and value is not None:
            raise UsageError(f"{option}: belongs to an event: give --event too (bufferstock events lists them)")
    names = chosen_postures(postures)
    mine, theirs = split_settings(settings, names)
    read = read_scenario(scenario, mine, trust)
    aim: Aim | None = None
    if name is None:
        chosen: str | None = one_weather(read, weather)
        setting = Setting(read.under(chosen), plans_named(names, read, theirs, trust), seed, None)
        label = str(chosen)
    else:
        chosen = None if weather is None else one_weather(read, weather)
        place = _start(start, read)
        scales = (_scale("--length", length), _scale("--severity", severity))
        struck, aim, label = _struck(read, chosen, name, variant, targets, place, scales)
        setting = Setting(struck, plans_named(names, read, theirs, trust), seed, struck.disruptions[-1].name)
    made = folder is None
    if folder is None:
        mark = runs.digest(setting.scenario, setting.plans, seed, ("replay", replication, futures, setting.event))[:10]
        folder = Path("results") / f"{read.name}-replay-{label.replace(' ', '-')}-{mark}"
    sound(setting, replication)
    runs.open_folder(folder, force or made, replications=False)
    with Stoppable():
        found = reenact(setting, replication, futures, jobs, aim, label, chosen)
    drawn = _finish(found, folder, started, no_figures)
    if as_json:
        from sim.report.reenact_rows import document

        click.echo(json.dumps(document(found, str(folder)), indent=2, allow_nan=False))
        return
    _show(found, folder, drawn, scenario, postures, targets, trust)


def _sound(replication: int, futures: int, seed: int, jobs: int) -> None:
    if replication < 0 or seed < 0:
        raise UsageError(f"--replication {replication} and --seed {seed}: 0 or more is needed")
    if not 1 <= futures <= MOST:
        raise UsageError(f"--futures {futures}: at least 1 is needed, and at most {MOST:,} are possible")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")


def _scale(option: str, value: float | None) -> float:
    if value is None:
        return 1.0
    if not 0 < value <= LARGEST:
        raise UsageError(f"{option} {value:g}: more than 0 is needed, and at most {LARGEST:g} is possible")
    return value


def _start(start: float | None, read: Scenario) -> float:
    if start is None:
        return float(min(START, read.horizon // PART))
    if not (math.isfinite(start) and 0 <= start < read.horizon):
        raise UsageError(
            f"--start {start:g}: a day from 0 to {read.horizon - 1}, the last day of {read.name!r}, is needed"
        )
    return start


def _struck(
    read: Scenario,
    weather: str | None,
    name: str,
    variant: str | None,
    targets: tuple[str, ...],
    start: float,
    scales: tuple[float, float],
) -> tuple[Scenario, Aim, str]:
    """The scenario with the event, where it is aimed at, and its id."""
    from sim.cli.options import side
    from sim.events import event
    from sim.studies import reenact_aim
    from sim.studies.reenact import with_event

    one = event(name)
    if variant is not None and variant not in one.variants:
        from sim.errors import near_miss

        near = near_miss(variant, one.variants) if one.variants else ": it has no variants"
        raise UsageError(f"--variant {variant!r}: is not a variant of event {name!r}{near}")
    aim = reenact_aim.named(targets, read) if targets else reenact_aim.found(one, read, variant)
    made = reenact_aim.aimed(name, aim, read, start, *scales, variant)
    struck = with_event(read, made, weather)
    for warning in struck.warnings:
        if made.name in warning:
            side().print(f"warning: {warning}")
    return struck, aim, name


def _finish(found: Reenactment, folder: Path, started: datetime, no_figures: bool) -> list[Path]:
    """Tables, figure and manifest; returns the figure's files."""
    from sim import runs
    from sim.report.reenact_rows import band_rows, daily_rows, document, event_rows, future_rows

    rows: dict[str, list[dict[str, Any]]] = {"events.csv": event_rows(found), "daily.csv": daily_rows(found)}
    if found.many is not None:
        rows |= {"futures.csv": future_rows(found, found.many), "bands.csv": band_rows(found, found.many)}
    for name, made in rows.items():
        runs.table(made, folder / name)
    drawn: list[Path] = []
    if not no_figures:
        from sim.report.reenact_figure import figures

        drawn = figures(found, folder / "figures")
    outputs = [*(folder / name for name in rows), *drawn]
    manifest = runs.manifest(found, {"argv": sys.argv[1:]}, started, outputs, folder)
    manifest["replay"] = {key: value for key, value in document(found, "").items() if key not in ("notes", "out")}
    runs.write_atomic(folder / "manifest.json", json.dumps(manifest, indent=2, allow_nan=False) + "\n")
    return drawn


def _show(
    found: Reenactment,
    folder: Path,
    drawn: list[Path],
    scenario: str,
    postures: str,
    targets: tuple[str, ...],
    trust: bool,
) -> None:
    """The terminal's part of the results, and what may follow."""
    from sim.report import reenact_told as told
    from sim.report.said_once import best_case

    console = out()
    for line in told.heading(found):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(told.table(found))
    console.print(told.legend(found), style="dim")
    for why in best_case(found.scenario.judged_in_sample):
        console.print(why, style="bold")
    console.print()
    for line in (*told.stockouts(found), *told.futures(found)):
        console.print(line, soft_wrap=True)
    console.print()
    for path in drawn:
        if path.suffix == ".png":
            console.print(f"Figure: {path}", soft_wrap=True)
    more = ", futures.csv, bands.csv" if found.many is not None else ""
    console.print(f"Written: {folder}/events.csv, daily.csv{more}, manifest.json", soft_wrap=True)
    console.print(f"Next: {told.following(found, scenario, postures, targets, trust)}", soft_wrap=True)
