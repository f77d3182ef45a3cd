"""Options and small helpers that verbs share."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from sim.errors import UsageError, near_miss
from sim.postures import Posture, posture
from sim.scenario import Scenario


def split_settings(settings: Sequence[str], postures: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Overrides for the scenario, and for each posture; a plain key belongs to the scenario.

    Raises
    ------
    UsageError : it is not ``key=value``.
    """
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
        else:
            mine.append(setting)
    return mine, theirs


def chosen_postures(text: str) -> list[str]:
    """Names from a comma-separated list."""
    names = [part.strip() for part in text.split(",") if part.strip()]
    if not names:
        raise UsageError("--postures: name at least one, for example jit,jic,hybrid")
    return names


def read_postures(names: Sequence[str], settings: dict[str, list[str]]) -> list[Posture]:
    """Postures by name or file, with their overrides."""
    return [posture(name, settings.get(name, ())) for name in names]


def one_weather(scenario: Scenario, weather: str | None) -> str:
    """The weather asked for, or the headline."""
    if weather is None:
        return scenario.weather_names[0]
    if weather not in scenario.weather_names:
        raise UsageError(f"{scenario.name!r} has no weather {weather!r}{near_miss(weather, scenario.weather_names)}")
    return weather


def out(width: int | None = None) -> Console:
    """Console for results, on stdout."""
    return Console(file=sys.stdout, width=width or (None if sys.stdout.isatty() else 100), highlight=False, soft_wrap=False)


def side() -> Console:
    """Console for everything else, on stderr."""
    return Console(file=sys.stderr, highlight=False)
