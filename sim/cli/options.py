"""Options and small helpers that verbs share."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from sim.again import command
from sim.cli.interrupt import press
from sim.errors import BufferstockError, UsageError, near_miss
from sim.overrides import is_plan, label_of, split_settings

if TYPE_CHECKING:
    from rich.console import Console

    from sim.plan import Plan
    from sim.scenario import Scenario
    from sim.studies.workers import Cluster

Command = TypeVar("Command", bound=Callable[..., Any])


def backend_options(command: Command) -> Command:
    """The options that say where a study runs: ``backend`` and ``scheduler``, for `cluster_of`."""
    backend = click.option(
        "--backend",
        type=click.Choice(["loky", "dask"]),
        default="loky",
        show_default=True,
        help="Worker processes of this machine, or a cluster of dask.distributed.",
    )
    scheduler = click.option("--scheduler", metavar="ADDRESS", help="With dask: where it listens (tcp://host:8786).")
    return backend(scheduler(command))


def cluster_of(backend: str, scheduler: str | None) -> Cluster | None:
    """The cluster that is meant, looked at before anything is computed; None for this machine.

    Raises
    ------
    UsageError : one option without the other; dask is not installed; the cluster cannot be reached, or is not fit.
    """
    if backend == "loky":
        if scheduler is not None:
            raise UsageError(f"--scheduler {scheduler}: goes with --backend dask")
        return None
    if scheduler is None:
        raise UsageError("--backend dask: give --scheduler ADDRESS too, for example tcp://10.0.0.7:8786")
    from sim.studies.workers import Cluster

    found = Cluster(scheduler)
    found.check()
    return found


@contextmanager
def reproducible(
    scenario: str, given: Mapping[str, str], settings: Sequence[str] = (), trust: bool = False
) -> Iterator[None]:
    """Within it, a failure inside a replication gets the command that lives it again.

    Parameters
    ----------
    scenario, settings, trust : as given on the command line.
    given : posture -> what it was given as, a name or a file; the first stands in where nobody lives yet.
    """
    try:
        yield
    except BufferstockError as error:
        life = error.lived
        if life is not None:
            posture = next(iter(given.values())) if life.posture is None else given.get(life.posture, life.posture)
            error.again = command(scenario, given, posture, life.replication, life.seed, life.weather, settings, trust)
        raise


__all__ = [
    "Bar",
    "Stages",
    "Stoppable",
    "chosen_postures",
    "is_plan",
    "look_beside",
    "one_weather",
    "out",
    "plans_named",
    "read_scenario",
    "side",
    "split_settings",
]


def chosen_postures(text: str) -> list[str]:
    """Names from a comma-separated list."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        raise UsageError("--postures: name at least one, for example jit,jic,hybrid")
    return names


def plans_named(
    names: Sequence[str], scenario: Scenario, settings: dict[str, list[str]] | None = None, trust: bool = False
) -> tuple[Plan, ...]:
    """Plans of all that can be named as a posture on the command line, each under a name of its own.

    Built-in postures, posture files, ``current``, and plan files. A plan file is called by its name without the ending;
    where another posture is called so too, by its name as given. What was edited in it is added to its notes.

    Parameters
    ----------
    names : as given.
    scenario : the business.
    settings : overrides for each name.
    trust : import code of the user's own; it is looked for here and beside the files named.

    Raises
    ------
    UsageError : nothing of that name, or two postures of one name.
    ScenarioError : a file does not make sense, or does not fit the scenario.
    """
    from sim.postures import plan_named
    from sim.studies.compare import plans_of

    if trust:
        look_beside(names)
    plans: dict[int, Plan] = {}
    for place, name in enumerate(names):
        if not is_plan(name):
            plans[place] = plan_named(name, scenario, (settings or {}).get(name, ()), trust)
    taken = [plan.posture for plan in plans.values()] + [label_of(name) for name in names if is_plan(name)]
    for place, name in enumerate(names):
        if is_plan(name):
            called = label_of(name) if taken.count(label_of(name)) == 1 else name
            plans[place] = _plan_read(name, called, scenario, trust)
    return plans_of(scenario, [plans[place] for place in range(len(names))], trust)


def _plan_read(name: str, called: str, scenario: Scenario, trust: bool) -> Plan:
    """The plan in a file, under the name it is called by, with notes on where it comes from and what was edited."""
    import dataclasses

    from sim.planbook import notes_on, read

    book = read(name, scenario, trust)
    notes = tuple(f"{called}: {note}" for note in notes_on(book, scenario))
    return dataclasses.replace(book.plan, posture=called, notes=(*book.plan.notes, *notes))


def look_beside(names: Sequence[str]) -> None:
    """Let code of the user's own be found in the working folder, and in or beside the folders and files named."""
    here = [Path.cwd()]
    for name in names:
        path = Path(name).resolve()
        here += [path] if path.is_dir() else [path.parent] if name.endswith(".toml") or is_plan(name) else []
    sys.path += [str(folder) for folder in dict.fromkeys(here) if str(folder) not in sys.path]


def read_scenario(name: str, settings: Sequence[str], trust: bool) -> Scenario:
    """A scenario with its overrides; what it holds that is likely not meant is told on stderr."""
    from sim.library import load

    if trust:
        look_beside([name])
    found = load(name, settings, trust)
    for warning in found.warnings:
        side().print(f"warning: {warning}")
    return found


def one_weather(scenario: Scenario, weather: str | None) -> str:
    """The weather asked for, or the headline."""
    if weather is None:
        return scenario.weather_names[0]
    if weather not in scenario.weather_names:
        raise UsageError(f"{scenario.name!r} has no weather {weather!r}{near_miss(weather, scenario.weather_names)}")
    return weather


def out(width: int | None = None) -> Console:
    """Console for results, on stdout; names in brackets are no markup."""
    from rich.console import Console

    wide = width or (None if sys.stdout.isatty() else 100)
    return Console(file=sys.stdout, width=wide, highlight=False, markup=False)


def side() -> Console:
    """Console for everything else, on stderr."""
    from rich.console import Console

    return Console(file=sys.stderr, highlight=False, markup=False, soft_wrap=True)


class Stoppable:
    """Makes Ctrl-C quiet: threads that are torn down with the worker processes do not complain of it."""

    def __enter__(self) -> None:
        self.stopped, self.told = False, threading.excepthook
        self.main = threading.current_thread() is threading.main_thread()
        threading.excepthook = self._complain
        if self.main:
            self.handler = signal.signal(signal.SIGINT, self._stop)

    def _stop(self, number: int, frame: Any) -> None:
        self.stopped = True
        press(number, frame)

    def _complain(self, about: threading.ExceptHookArgs) -> None:
        if not self.stopped:
            self.told(about)

    def __exit__(self, *_: object) -> None:
        if self.main:
            signal.signal(signal.SIGINT, self.handler)
        if not self.stopped:  # or else the process is about to end, and its threads with it
            threading.excepthook = self.told


class Stages:
    """Progress of work in stages, with remaining time, on stderr; silent where stderr is no terminal."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent or not sys.stderr.isatty()

    def __enter__(self) -> Callable[[str, int], Callable[[int], None]] | None:
        if self.silent:
            return None
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        self.progress = Progress(*columns, console=side(), transient=True)
        self.progress.start()

        def begin(stage: str, total: int) -> Callable[[int], None]:
            task = self.progress.add_task(stage, total=total)
            return lambda count: self.progress.advance(task, count)

        return begin

    def __exit__(self, *_: object) -> None:
        if not self.silent:
            self.progress.stop()


class Bar(Stages):
    """The same for work in one stage.

    Parameters
    ----------
    silent : show nothing.
    what, total : what is counted, and how many there are.
    """

    def __init__(self, silent: bool, what: str, total: int) -> None:
        super().__init__(silent)
        self.what, self.total = what, total

    def __enter__(self) -> Callable[[int], None] | None:  # type: ignore[override]
        begin = super().__enter__()
        return None if begin is None else begin(self.what, self.total)

    def expect(self, total: int) -> None:
        """There will be so many."""
        if not self.silent:
            self.progress.update(self.progress.task_ids[0], total=total)
