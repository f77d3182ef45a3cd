"""From what a comparison was asked to do to what is run, for the verbs that begin, finish, extend or repeat one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.options import chosen_postures, is_plan, plans_named, read_scenario, split_settings
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.runs.recipe import Begun, Recipe
    from sim.studies.montecarlo import Job


@dataclass(frozen=True)
class Asked:
    """A comparison that is ready to run.

    Attributes
    ----------
    names : postures as given.
    study : hash of everything that decides the numbers.
    inputs : files that were read, as given, with their hashes.
    """

    recipe: Recipe
    job: Job
    names: tuple[str, ...]
    study: str
    inputs: Mapping[str, str]


def asked(recipe: Recipe) -> Asked:
    """Read the scenario and make the plans of a recipe.

    Raises
    ------
    UsageError, ScenarioError : what it names is not there or does not make sense.
    """
    from sim.inputs import hash_of, noting
    from sim.runs import digest
    from sim.studies.compare import weathers_of
    from sim.studies.montecarlo import Job
    from sim.studies.workers.travel import own_modules

    names = list(recipe.postures)
    mine, theirs = split_settings(recipe.settings, names)
    with noting() as noted:
        read = read_scenario(recipe.scenario, mine, recipe.trust)
        weathers = weathers_of(read, recipe.weathers)
        job = Job(read, weathers, plans_named(names, read, theirs, recipe.trust), recipe.seed, recipe.keep)
    if recipe.trust:
        files = [Path(str(module.__file__)) for module in own_modules()]
        noted |= {str(path): hash_of(path) for path in files if path.is_file()}
    inputs = {_told(path): mark for path, mark in noted.items()}
    code = sorted(mark for path, mark in noted.items() if path.endswith(".py"))
    study = digest(read, job.plans, recipe.seed, ("compare", list(weathers), list(recipe.keep), code))
    return Asked(recipe, job, tuple(names), study, inputs)


def asked_again(then: Begun, folder: Path) -> Asked:
    """The same comparison as a run on disk, from the same files.

    Raises
    ------
    UsageError : they have changed since, or versions have, so that its numbers cannot be continued.
    """
    found = asked(found_again(then))
    if found.study == then.study:
        return found
    raise UsageError(f"{folder}: cannot be continued: {changed(then, found)}; begin anew: bufferstock compare …")


def changed(then: Begun, now: Asked) -> str:
    """Why a comparison is not the same as it was, in words."""
    from sim.runs.recipe import otherwise

    before = {Path(path).name: mark for path, mark in then.inputs.items()}
    there = {Path(path).name: mark for path, mark in now.inputs.items()}
    files = sorted(name for name in before.keys() | there.keys() if before.get(name) != there.get(name))
    if files:
        return f"{', '.join(files)} changed since it was begun"
    return f"versions differ ({'; '.join(otherwise(then)) or 'of the code itself'})"


def found_again(then: Begun) -> Recipe:
    """The recipe with its files where they were when the run was begun, seen from here."""
    from dataclasses import replace

    def path(name: str) -> str:
        there = Path(then.working) / name
        # the one it was begun with goes before another of that name that happens to be here
        return str(there) if there.is_file() or (there / "scenario.toml").is_file() else name

    recipe = then.recipe
    postures = tuple(path(name) if name.endswith(".toml") or is_plan(name) else name for name in recipe.postures)
    return replace(recipe, scenario=path(recipe.scenario), postures=postures)


def _told(path: str) -> str:
    """A file as the manifest names it: from here where it lies below, or by its name and folder."""
    from sim.library import folder

    for home in (Path.cwd(), folder()):
        try:
            return Path(os.path.abspath(path)).relative_to(home).as_posix()
        except ValueError:
            continue
    return "/".join(Path(path).parts[-2:])


def listed(text: str | None) -> tuple[str, ...] | None:
    """Names divided by commas, each once; None where nothing was given."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip())) if text else None


def postures_of(text: str) -> tuple[str, ...]:
    """Postures divided by commas."""
    return tuple(chosen_postures(text))
