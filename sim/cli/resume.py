"""The verbs resume and rerun: finish or extend a run, and repeat one."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.options import backend_options, cluster_of, out
from sim.errors import ModelError, UsageError

if TYPE_CHECKING:
    from sim.runs.recipe import Recipe


@click.command("resume")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("-n", "--replications", type=int, default=None, help="Extend the run to so many futures in all.")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@backend_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--no-figures", is_flag=True, help="Do not draw figures.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def resume_command(
    run: Path,
    replications: int | None,
    jobs: int,
    backend: str,
    scheduler: str | None,
    as_json: bool,
    no_figures: bool,
    no_progress: bool,
) -> None:
    """Finish the interrupted comparison in the folder RUN, or extend a finished one with -n.

    Nothing finished is run again, and the result is the same to the last byte as if it had been run at once.
    """
    from sim.cli import carried
    from sim.cli.compare import MOST, show
    from sim.cli.recipes import asked_again
    from sim.runs.recipe import begun

    then = begun(run)
    carried.checked(then.recipe.replications if replications is None else replications, then.recipe.seed, jobs, MOST)
    recipe = extended(then.recipe, replications, run)
    wanted = dataclasses.replace(asked_again(then, run), recipe=recipe)
    way = carried.Way(jobs, not no_figures, not (as_json or no_progress), {"cluster": cluster_of(backend, scheduler)})
    show(carried.carry_out(wanted, run, way, afresh=False), wanted, run, as_json)


def extended(recipe: Recipe, replications: int | None, run: Path) -> Recipe:
    """The recipe with a new number of replications, which may not be smaller.

    Raises
    ------
    UsageError : it is.
    """
    if replications is None:
        return recipe
    if replications < recipe.replications:
        have = recipe.replications
        raise UsageError(f"--replications {replications}: {run} is a study of {have}; it can be extended, not cut")
    return dataclasses.replace(recipe, replications=replications, aim=None)


@click.command("rerun")
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("-o", "--out", "folder", type=click.Path(path_type=Path), help="Where to write; left out: beside the run")
@click.option("-j", "--jobs", type=int, default=-1, show_default=True, help="Worker processes; -1: all processors.")
@backend_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("--force", is_flag=True, help="Overwrite an earlier run in the folder.")
@click.option("--no-progress", is_flag=True, help="No progress bar.")
def rerun_command(
    manifest: Path,
    folder: Path | None,
    jobs: int,
    backend: str,
    scheduler: str | None,
    as_json: bool,
    force: bool,
    no_progress: bool,
) -> None:
    """Repeat the comparison that a MANIFEST (or its folder) tells of, and say whether the same bytes came out.

    Exit code 4 when they differ: changed inputs and versions are named.
    """
    from sim import runs
    from sim.cli import carried
    from sim.cli.compare import MOST
    from sim.cli.recipes import asked, changed, found_again
    from sim.runs.manifest import manifest_of
    from sim.runs.recipe import begun, otherwise

    home = manifest if manifest.is_dir() else manifest.parent
    told = manifest_of(home / "manifest.json" if manifest.is_dir() else manifest)
    then = begun(home)
    carried.checked(then.recipe.replications, then.recipe.seed, jobs, MOST)
    wanted = asked(found_again(then))
    folder = folder or home.with_name(f"{home.name}-again")
    runs.open_folder(folder, force)
    figures = any(name.startswith("figures/") for name in told["outputs"])
    way = carried.Way(jobs, figures, not (as_json or no_progress), {"cluster": cluster_of(backend, scheduler)})
    carried.carry_out(wanted, folder, way, afresh=True)
    again = manifest_of(folder / "manifest.json")
    others = sorted(
        name
        for name in told["outputs"].keys() | again["outputs"].keys()
        if told["outputs"].get(name) != again["outputs"].get(name)
    )
    why = changed(then, wanted) if wanted.study != then.study else "; ".join(otherwise(then))
    document = {"same": not others, "files": len(again["outputs"]), "different": others, "why": why, "out": str(folder)}
    if as_json:
        click.echo(json.dumps(document, indent=2))
    elif not others:
        out().print(f"The same bytes: {len(again['outputs'])} files of {folder} equal those of {home}.", soft_wrap=True)
        if why:
            out().print(f"(although {why})", soft_wrap=True)
        out().print(f"Next: bufferstock report {home}  (one page for others)", soft_wrap=True)
    if others:
        reason = f": {why}" if why else "; inputs and versions are the same, so look at the processor"
        shown = ", ".join(others[:4]) + (f" and {len(others) - 4} more" if len(others) > 4 else "")
        raise ModelError(f"{folder} differs from {home} in {shown}{reason}; see: bufferstock diff {home} {folder}")
