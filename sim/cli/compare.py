"""The verb compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import backend_options, cluster_of, out, side
from sim.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.carried import Carried
    from sim.cli.recipes import Asked
    from sim.runs.recipe import Aim
    from sim.studies.compare import Comparison
    from sim.thresholds import Verdict

#: exit code where a threshold of the scenario is broken
BROKEN = 5
#: most replications of one study
MOST = 10_000_000
#: notes told on the terminal
MOST_NOTES = 16


@click.command("compare")
@click.argument("scenario")
@click.option(
    "--postures",
    default="jit,jic,hybrid",
    show_default=True,
    help="Names (current too) or files (.toml; plans: .xlsx, .csv), divided by commas.",
)
@click.option("--weathers", default=None, help="Weathers of the scenario, divided by commas; all when left out.")
@click.option("-n", "--replications", type=int, default=None, help="How many futures; 100 when left out.")
@click.option(
    "--precision", type=float, default=None, help="Instead: as many as this relative half-width needs (0.02)."
)
@click.option("--measure", default="total_cost", show_default=True, help="With --precision: of which measure.")
@click.option(
    "--between", default=None, metavar="A,B", help="With --precision: of the difference A - B, relative to B."
)
@click.option("--least", type=int, default=50, show_default=True, help="With --precision: replications before a look.")
@click.option("--look-ahead", type=int, default=5, show_default=True, help="With --precision: it must hold so long.")
@click.option("--most", type=int, default=10_000, show_default=True, help="With --precision: no more than these.")
@click.option("--seed", type=int, default=1, show_default=True, help="Seed of the study.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@backend_options
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: below results/")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="Override scenario.KEY or POSTURE.KEY.")
@click.option("--keep", default=None, metavar="items", help="Keep a row for each item of each replication.")
@click.option("--trace", is_flag=True, help="Keep value by day of each replication.")
@click.option("--dry-run", is_flag=True, help="Tell cells, replications, minutes and megabytes; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--trust", is_flag=True, help="Import policies and disruptions of your own (module:name).")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def compare_command(
    scenario: str,
    postures: str,
    weathers: str | None,
    replications: int | None,
    precision: float | None,
    measure: str,
    between: str | None,
    least: int,
    look_ahead: int,
    most: int,
    seed: int,
    jobs: int,
    backend: str,
    scheduler: str | None,
    folder: Path | None,
    settings: tuple[str, ...],
    keep: str | None,
    trace: bool,
    dry_run: bool,
    as_json: bool,
    force: bool,
    trust: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Let postures live through the same futures of SCENARIO (a file, its folder, or a bundled name).

    Writes manifest.json, summary.csv, items.csv, replications/ and figures/ into the folder of the run. What is finished
    is kept whatever happens: `bufferstock resume FOLDER` goes on.
    """
    from sim import runs
    from sim.cli import carried
    from sim.cli.recipes import asked, listed, postures_of
    from sim.runs.recipe import Recipe

    if precision is not None and replications is not None:
        raise UsageError("--replications and --precision: give one of them; --most limits a precision")
    if precision is None:
        _none_of_precision()
    carried.checked(100 if replications is None else replications, seed, jobs, MOST)
    cluster = cluster_of(backend, scheduler)
    aim = None if precision is None else aim_of(precision, measure, between, least, look_ahead, most)
    if keep not in (None, "items"):
        raise UsageError(f"--keep {keep!r}: items is what can be kept beside measures")
    kept = ("items",) * (keep is not None) + ("trace",) * trace
    count = replications if replications is not None else 100 if aim is None else aim.least
    recipe = Recipe(scenario, postures_of(postures), listed(weathers), settings, seed, trust, count, kept, aim)
    wanted = asked(recipe)
    if aim is not None:
        carried.check_aim(aim, wanted.job)
    if dry_run:
        from sim.cli.dry_run import tell

        tell(wanted, jobs, as_json)
        return
    afresh = True
    if folder is None:
        folder = carried.folder_of(recipe, wanted)
        afresh = force or not carried.same_study(folder, wanted)
        force = True
    if afresh:
        runs.open_folder(folder, force)
    way = carried.Way(jobs, not no_figures, not (as_json or no_progress), {"cluster": cluster})
    show(carried.carry_out(wanted, folder, way, afresh), wanted, folder, as_json)


def _none_of_precision() -> None:
    """Raise a UsageError for an option that would change nothing without --precision."""
    from click.core import ParameterSource

    context = click.get_current_context()
    for name in ("measure", "between", "least", "look_ahead", "most"):
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise UsageError(f"--{name.replace('_', '-')}: goes with --precision")


def aim_of(precision: float, measure: str, between: str | None, least: int, look_ahead: int, most: int) -> Aim:
    """What a precision is asked of, from options.

    Raises
    ------
    UsageError : two postures are not named.
    """
    from sim.cli.recipes import listed
    from sim.runs.recipe import Aim

    pair = listed(between)
    if pair is not None and len(pair) != 2:
        raise UsageError(f"--between {between!r}: name two postures, for example hybrid,jit")
    return Aim(precision, measure, (pair[0], pair[1]) if pair else None, least, look_ahead, most)


def show(found: Carried, wanted: Asked, folder: Path, as_json: bool) -> None:
    """What was found, for people or as one JSON document, and the command that may follow."""
    from sim.cli.carried import told_reached
    from sim.thresholds import judge

    comparison = found.comparison
    verdicts, idle = judge(comparison)
    for line in idle:
        side().print(f"warning: {line}")
    if as_json:
        told = document(comparison, folder) | {"precision": [told_reached(one) for one in found.reached]}
        told["thresholds"] = [verdict.told() for verdict in verdicts]
        click.echo(json.dumps(told, indent=2, allow_nan=False))
        _guard(verdicts)
        return
    given = {plan.posture: name for plan, name in zip(wanted.job.plans, wanted.names, strict=True)}
    headline = comparison.weathers[0]
    worst = max(comparison.postures, key=lambda name: comparison.interval(headline, name, "stockout_cost").mean)
    following = (
        f"bufferstock run {wanted.recipe.scenario} --posture {given[worst]}{' --trust' if wanted.recipe.trust else ''}"
    )
    _show(comparison, folder, found, following)
    for verdict in verdicts:
        out().print(str(verdict), soft_wrap=True, style="" if verdict.holds else "bold")
    _guard(verdicts)


def _guard(verdicts: Sequence[Verdict]) -> None:
    """End with exit code 5 where a threshold is broken; all results are written by then."""
    broken = sum(not verdict.holds for verdict in verdicts)
    if broken:
        side().print(f"{broken} of {len(verdicts)} thresholds broken")
        raise click.exceptions.Exit(BROKEN)


def document(comparison: Comparison, folder: Path) -> dict[str, Any]:
    """The JSON document: the headline weather's postures and pairs on top, all weathers below."""
    from sim.report.dominated import dominated
    from sim.studies.believing import cautions_of

    headline = comparison.weathers[0]
    return {
        "scenario": comparison.scenario.name,
        "seed": comparison.seed,
        "replications": len(comparison.numbers),
        "weather": headline,
        **comparison.document(headline),
        "weathers": {weather: comparison.document(weather) for weather in comparison.weathers},
        "dominated": {
            weather: {name: one.a for name, one in dominated(comparison, weather).items()}
            for weather in comparison.weathers
        },
        "cautions": cautions_of(comparison),
        "notes": _notes(comparison),
        "in_sample": list(comparison.scenario.judged_in_sample),
        "out": str(folder),
    }


def _show(comparison: Comparison, folder: Path, found: Carried, following: str) -> None:
    """The terminal's part of the results, and the command that may follow."""
    from sim.measures import BY_NAME
    from sim.report import dominated, said_once
    from sim.report.tables import closing, table
    from sim.studies.believing import cautions_of
    from sim.world.clock import ORDER_OF_A_DAY

    console = out()
    title = comparison.scenario.title or comparison.scenario.name
    count = len(comparison.numbers)
    console.print(f"{title}: {count} futures, seed {comparison.seed}; money a year, mean ± 95 % half-width")
    console.print(table(comparison))
    for line in precision_told(found):
        console.print(line, style="bold")
    for line in cautions_of(comparison):
        console.print(f"Caution: {line}")
    in_sample = comparison.scenario.judged_in_sample
    for line in said_once.best_case(in_sample):
        console.print(line, style="bold")
    of_plans = [note for plan in comparison.plans for note in plan.notes]  # these first: they tell of changes by hand
    notes = said_once.notes((*of_plans, *_notes(comparison)), in_sample)
    for note in notes[:MOST_NOTES]:
        console.print(f"Note: {note}", style="dim")
    if _notes(comparison):
        more = f"{len(notes) - MOST_NOTES} notes more, and all in full, are" if len(notes) > MOST_NOTES else "All are"
        console.print(f"{more} in manifest.json.", style="dim")
    console.print(f"Fill rate: {BY_NAME['fill_rate'].definition}.", style="dim")
    console.print(f"Order of a day. {ORDER_OF_A_DAY}", style="dim")
    console.print(
        "Not modelled: demand that reacts to service beyond lost goodwill; substitution between items; rivals buying "
        "the same scarce capacity; working calendars.",
        style="dim",
    )
    console.print()
    if found.figures:
        console.print("Figures:")
    for path in found.figures:
        if path.suffix == ".png":
            console.print(f"  {path}", soft_wrap=True)
    console.print(f"All numbers: {folder}/summary.csv, {folder}/items.csv, {folder}/manifest.json", soft_wrap=True)
    console.print(f"Next: {following}  (why did items run out?)", soft_wrap=True)
    for line in (*dominated.closing(comparison), *closing(comparison)):
        console.print(line)


def precision_told(found: Carried) -> list[str]:
    """How precisely what was asked for is known, in a line each."""
    return [f"Precision of {one.what}: {one.decision.why}; the interval holds at every look." for one in found.reached]


def _notes(comparison: Comparison) -> list[str]:
    """Notes of the scenario and the plans, each once: a plan that comes from a file has those of its posture."""
    notes = (*comparison.scenario.notes, *(note for plan in comparison.plans for note in plan.notes))
    return list(dict.fromkeys(notes))
