"""Options and small helpers that verbs share."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import UsageError, near_miss

if TYPE_CHECKING:
    from rich.console import Console

    from sim.postures import Posture
    from sim.scenario import Scenario


def split_settings(settings: Sequence[str], postures: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Overrides for the scenario, and for each posture; a plain key belongs to the scenario.

    Raises
    ------
    UsageError : it is not ``key=value``, or begins with neither a posture of this run nor a key of scenarios.
    """
    from sim.reading import keys
    from sim.scenario import Scenario

    known = keys([Scenario])
    labels = {(Path(name).stem if name.endswith(".toml") else name): name for name in postures}
    mine: list[str] = []
    theirs: dict[str, list[str]] = {name: [] for name in postures}
    for setting in settings:
        dotted, equals, _ = setting.partition("=")
        head, dot, _ = dotted.partition(".")
        if not equals:
            raise UsageError(f"--set {setting!r}: write key=value, for example scenario.costs.capital_rate=0.12")
        if head == "scenario" and dot:
            mine.append(setting.removeprefix("scenario."))
        elif head in labels and dot:
            theirs[labels[head]].append(setting.split(".", 1)[1])
        elif head.strip() in known:
            mine.append(setting)
        else:
            near = near_miss(head, [*labels, *sorted(known)])
            raise UsageError(f"--set {setting!r}: {head!r} is no posture of this run and no key of scenarios{near}")
    return mine, theirs


def chosen_postures(text: str) -> list[str]:
    """Names from a comma-separated list."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        raise UsageError("--postures: name at least one, for example jit,jic,hybrid")
    return names


def read_postures(names: Sequence[str], settings: dict[str, list[str]], trust: bool) -> list[Posture]:
    """Postures by name or file, with their overrides; code of yours is looked for here and beside the posture files."""
    from sim.postures import posture

    if trust:
        look_beside(names)
    return [posture(name, settings.get(name, ())) for name in names]


def look_beside(names: Sequence[str]) -> None:
    """Let code of the user's own be found here and beside these files; only where it is trusted."""
    here = [Path.cwd()]
    for name in names:
        path = Path(name).resolve()
        here += [path] if path.is_dir() else [path.parent] if name.endswith(".toml") else []
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
        signal.default_int_handler(number, frame)

    def _complain(self, about: threading.ExceptHookArgs) -> None:
        if not self.stopped:
            self.told(about)

    def __exit__(self, *_: object) -> None:
        if self.main:
            signal.signal(signal.SIGINT, self.handler)
        if not self.stopped:  # or else the process is about to end, and its threads with it
            threading.excepthook = self.told
