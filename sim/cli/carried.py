"""Carrying out a comparison: begun, continued or repeated, kept as it goes, and summed up however it ends."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.options import Bar, Stoppable, reproducible, side
from sim.errors import BufferstockError, UsageError

if TYPE_CHECKING:
    from sim.cli.recipes import Asked
    from sim.runs.parts import Parts
    from sim.runs.recipe import Aim, Recipe
    from sim.studies.compare import Comparison
    from sim.studies.montecarlo import Job
    from sim.studies.survey import Reached
    from sim.studies.workers import Cluster

#: days of items, over all postures and weathers, that a task lives through: about a second of work
TASK, MOST = 1_000_000, 25
#: the same on a cluster
TASK_FAR, MOST_FAR = 13_000_000, 150
#: confidence of intervals
LEVEL = 0.95


@dataclass(frozen=True)
class Way:
    """How a comparison is carried out: nothing of it changes a number.

    Attributes
    ----------
    figures, progress : whether they are wanted.
    how : further arguments of `sim.studies.montecarlo.spread`.
    """

    jobs: int = -1
    figures: bool = True
    progress: bool = True
    how: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Carried:
    """A finished comparison.

    Attributes
    ----------
    figures : files drawn.
    reached : how precisely what is watched is known; empty without an aim.
    """

    comparison: Comparison
    figures: list[Path]
    reached: list[Reached]


def carry_out(wanted: Asked, folder: Path, way: Way, afresh: bool) -> Carried:
    """Run what is missing, and write everything.

    Parameters
    ----------
    wanted : the comparison.
    folder : of the run.
    afresh : the folder is new; what is there is taken up otherwise.

    Raises
    ------
    UsageError, ScenarioError, ModelError, PolicyError, DisruptionError : see `sim.errors`. What is finished is kept.
    """
    from sim import runs
    from sim.runs.columns import Labels
    from sim.runs.parts import Parts
    from sim.runs.recipe import begin, begun, otherwise

    labels = dataclasses.asdict(Labels.of(wanted.job))
    started = datetime.now(UTC)
    with runs.alone(folder):
        then = None if afresh else begun(folder)
        parts = Parts(folder, wanted.job, wanted.study, lambda text: side().print(f"warning: {text}"))
        if then is not None:
            differing = otherwise(then)
            if differing:
                side().print(f"warning: begun with other versions, the bytes may differ: {'; '.join(differing)}")
            parts.take_up()
            if len(parts.finished):
                side().print(f"{len(parts.finished)} replications are there already")
            if wanted.recipe.aim is None:
                _none_beyond(parts, wanted.recipe.replications, folder)
        begin(folder, wanted.recipe, wanted.study, wanted.inputs, labels, then)
        recipe = wanted.recipe
        given = {plan.posture: name for plan, name in zip(wanted.job.plans, wanted.names, strict=True)}
        try:
            with Stoppable(), reproducible(recipe.scenario, given, recipe.settings, recipe.trust):
                reached = _run(wanted, parts, way)
        except (KeyboardInterrupt, Exception) as error:
            _leave(wanted, parts, folder, started, error)
            if afresh and not parts.finished:
                runs.empty(folder)
            raise
        if reached:
            count = max(one.decision.at for one in reached)
            _none_beyond(parts, count, folder)
            recipe = dataclasses.replace(recipe, replications=count)
            wanted = dataclasses.replace(wanted, recipe=recipe)
            begin(folder, recipe, wanted.study, wanted.inputs, labels, then)
        parts.close()
        comparison = _comparison(wanted.job, parts, looked=bool(reached))
        drawn = _finish(comparison, wanted, parts, folder, started, way.figures, reached)
    return Carried(comparison, drawn, reached)


def _none_beyond(parts: Parts, count: int, folder: Path) -> None:
    """Raise a UsageError where more is there than is wanted: the result would not be that of so many."""
    most = max(parts.finished, default=-1) + 1
    if most > count:
        raise UsageError(
            f"{folder}: {count} replications are wanted, and it holds some up to {most} already: a study can be extended, "
            f"not cut; ask for {most} or more (bufferstock resume {folder} -n {most}), or choose another --out"
        )


def _run(wanted: Asked, parts: Parts, way: Way) -> list[Reached]:
    from sim.statistics.looks import Precision
    from sim.studies.survey import Watched, survey, survey_until

    recipe, job = wanted.recipe, wanted.job
    aim = recipe.aim
    total = recipe.replications if aim is None else max(aim.least, parts.prefix)
    bar = Bar(not way.progress, "replications", total)
    with bar as advance:
        if advance is not None and parts.finished:
            advance(len(parts.finished))
        if aim is None:
            count = recipe.replications
            survey(job, parts, count, way.jobs, pace_of(job, count, way), advance, **way.how)
            return []
        rule = Precision(aim.target, aim.least, aim.look_ahead, aim.most)
        watched = Watched(aim.measure, aim.between)

        def pace(count: int) -> int:
            return pace_of(job, count, way)

        return survey_until(job, parts, rule, watched, pace, way.jobs, advance, bar.expect, **way.how)


def pace_of(job: Job, count: int, way: Way) -> int:
    """Replications a task: few enough that little is lost when the run is stopped, and all jobs are busy to the end.

    A scheduler of a cluster takes some hundred tasks a second, so tasks are longer there.
    """
    from sim.studies.workers import workers_of

    first, end = job.scenario.span
    items = sum(len(names) for names in job.scenario.sites.values())
    work = items * (end - first) * len(job.plans) * len(job.weathers)
    cluster = way.how.get("cluster")
    if cluster is not None:
        return max(1, min(MOST_FAR, count // (4 * _threads(cluster)), TASK_FAR // work))
    return max(1, min(MOST, count // (4 * workers_of(way.jobs)), TASK // work))


@lru_cache(maxsize=1)
def _threads(cluster: Cluster) -> int:
    return cluster.check()


def _comparison(job: Job, parts: Parts, looked: bool) -> Comparison:
    """All that is finished without gap, as it stands on disk.

    Where somebody looks before the end, or the look decided on the end, intervals hold at all looks together.
    """
    from sim.statistics.looks import nominal
    from sim.studies.compare import Comparison

    return Comparison(
        job.scenario,
        job.weathers,
        job.plans,
        job.seed,
        tuple(range(parts.prefix)),
        parts.measures(),  # type: ignore[arg-type]
        parts.around(),
        nominal(parts.prefix) if looked else LEVEL,
    )


def _leave(wanted: Asked, parts: Parts, folder: Path, started: datetime, error: BaseException) -> None:
    """After a failure or Ctrl-C: tell what is kept, and sum up what is finished without gap; this never fails itself."""
    finished, count = len(parts.finished), parts.prefix
    if not finished:
        if isinstance(error, KeyboardInterrupt):
            side().print("no replication is finished yet")
        return
    of = f"of {wanted.recipe.replications} " if wanted.recipe.aim is None else ""
    side().print(
        f"{finished} {of}replications are finished and kept in {folder}; go on with: bufferstock resume {folder}"
    )
    if count:
        try:
            _finish(_comparison(wanted.job, parts, looked=True), wanted, parts, folder, started, False, [])
        except (BufferstockError, OSError, ValueError) as failed:
            side().print(f"warning: the summary of what is finished could not be written: {failed}")


def _finish(
    comparison: Comparison,
    wanted: Asked,
    parts: Parts,
    folder: Path,
    started: datetime,
    figures: bool,
    reached: list[Reached],
) -> list[Path]:
    """Tables, figures and manifest; returns the figures."""
    from sim import runs
    from sim.studies.believing import cautions_of
    from sim.thresholds import judge

    drawn: list[Path] = []
    runs.summary(comparison, folder / "summary.csv")
    runs.item_table(parts, comparison.scenario.currency, folder / "items.csv")
    if figures:
        from sim.report.figures import figures as draw

        drawn = draw(comparison, folder / "figures")
    else:
        runs.without_figures(folder)
    outputs = [folder / "summary.csv", folder / "items.csv", *parts.files, *drawn]
    told = runs.manifest(comparison, {"argv": sys.argv[1:]}, started, outputs, folder)
    volatile = told.pop("volatile")
    told |= {
        "study": wanted.study,
        "recipe": dataclasses.asdict(wanted.recipe),
        "inputs": dict(wanted.inputs),
        "finished": len(comparison.numbers) >= wanted.recipe.replications or bool(reached),
        "precision": [told_reached(one) for one in reached],
        "intervals": "95 % at all looks together" if comparison.level > LEVEL else "95 %",
        "cautions": cautions_of(comparison),
        "thresholds": [verdict.told() for verdict in judge(comparison)[0]],
        "volatile": volatile | {"working": str(Path.cwd())},
    }
    runs.write_atomic(folder / "manifest.json", json.dumps(told, indent=2, allow_nan=False) + "\n")
    return drawn


def told_reached(one: Reached) -> dict[str, Any]:
    """How precisely something is known, as plain data."""
    import math

    found = one.decision

    def number(value: float) -> float | None:
        return value if math.isfinite(value) else None

    return {
        "what": one.what,
        "replications": found.at,
        "relative_half_width": number(found.reached),
        **{name: number(getattr(found.interval, name)) for name in ("mean", "low", "high")},
        "capped": found.capped,
        "why": found.why,
    }


def check_aim(aim: Aim, job: Job) -> None:
    """Raise a UsageError for an aim that makes no sense, before anything is run."""
    from sim.statistics.looks import Precision
    from sim.studies.survey import Watched

    Precision(aim.target, aim.least, aim.look_ahead, aim.most)
    Watched(aim.measure, aim.between).check([plan.posture for plan in job.plans])


def same_study(folder: Path, wanted: Asked) -> bool:
    """Whether a folder holds the same study, so that what is finished in it can be taken up."""
    from sim.runs.recipe import NAME, begun
    from sim.studies.workers.versions import code

    if not (folder / NAME).is_file():
        return False
    then = begun(folder)
    return then.study == wanted.study and then.code == code()


def folder_of(recipe: Recipe, wanted: Asked) -> Path:
    """Where a run goes when nobody says: its name tells the study, so that the same study finds its folder again."""
    count = f"{recipe.replications}"
    if recipe.aim is not None:  # another aim stops elsewhere, so it is another run
        mark = hashlib.sha256(json.dumps(dataclasses.asdict(recipe.aim), sort_keys=True).encode()).hexdigest()
        count = f"p{recipe.aim.target:g}-{mark[:6]}"
    return Path("results") / f"{wanted.job.scenario.name}-{wanted.study[:10]}-{count}"


def checked(replications: int, seed: int, jobs: int, most: int) -> None:
    """Raise a UsageError for numbers that make no sense."""
    if not 1 <= replications <= most:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {most:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")
