"""Whose an override is: the scenario's, or that of a posture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.errors import UsageError, near_miss


def split_settings(settings: Sequence[str], postures: Sequence[str]) -> tuple[list[str], dict[str, list[str]]]:
    """Overrides for the scenario, and for each posture; a plain key belongs to the scenario.

    Raises
    ------
    UsageError : it is not ``key=value``, or begins with neither a posture of this run nor a key of scenarios.
    """
    from sim.building import keys
    from sim.scenario import Scenario
    from sim.setting import Setting

    known = keys([Scenario])
    labels = {label_of(name): name for name in postures}
    mine: list[str] = []
    theirs: dict[str, list[str]] = {name: [] for name in postures}
    for setting in settings:
        head, *dot = Setting.of(setting).path
        if head == "scenario" and dot:
            mine.append(setting.removeprefix("scenario."))
        elif head in labels and dot:
            if is_plan(labels[head]):
                raise UsageError(
                    f"--set {setting!r}: {labels[head]} is a plan: edit its rows; postures alone have keys"
                )
            theirs[labels[head]].append(setting.split(".", 1)[1])
        elif head in known:
            mine.append(setting)
        else:
            near = near_miss(head, [*labels, *sorted(known)])
            raise UsageError(f"--set {setting!r}: {head!r} is no posture of this run and no key of scenarios{near}")
    return mine, theirs


def is_plan(name: str) -> bool:
    """Whether a posture is given as a plan file, by its ending."""
    return Path(name).suffix.lower() in (".xlsx", ".csv")


def label_of(name: str) -> str:
    """What a posture of the command line is called: a file by its name without the ending."""
    return Path(name).stem if name.endswith(".toml") or is_plan(name) else name
