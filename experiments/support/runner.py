"""Finding experiments, running them, and writing what they found."""

from __future__ import annotations

import importlib
import json
import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from experiments.support import figure
from experiments.support.claim import Claim
from experiments.support.finding import Finding
from experiments.support.manifest import manifest
from experiments.support.page import page
from experiments.support.setting import Setting
from sim.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "results"
FILE = re.compile(r"\d\d_[a-z0-9_]+\.py")
PAGE, RESULT, MANIFEST, FIGURE = "README.md", "result.json", "manifest.json", "figure.svg"
#: files that are the same, byte for byte, for the same versions and processor type
STEADY = (PAGE, RESULT, FIGURE)


class Module(Protocol):
    """What the file of an experiment defines."""

    CLAIM: Claim

    def run(self, setting: Setting) -> Finding: ...


@dataclass(frozen=True)
class Experiment:
    """One experiment: its file and what it defines."""

    path: Path
    module: Module

    @property
    def claim(self) -> Claim:
        """The claim it tests."""
        return self.module.CLAIM


def files(folder: Path | None = None) -> tuple[Path, ...]:
    """Files of experiments, in order of their numbers."""
    return tuple(sorted(path for path in (folder or ROOT / "experiments").iterdir() if FILE.fullmatch(path.name)))


def opened(path: Path) -> Experiment:
    """An experiment from its file.

    It is imported as a member of the package ``experiments``, by a name that worker processes can import as well: a module
    loaded from its path alone could not be sent to them.

    Raises
    ------
    UsageError : its claim has another number or name than the file.
    """
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    module: Any = importlib.import_module(f"experiments.{path.stem}")
    if module.CLAIM.slug != path.stem:
        raise UsageError(
            f"experiments/{path.name}: its claim is called {module.CLAIM.slug!r}; file and claim must agree"
        )
    return Experiment(path, module)


def chosen(numbers: Sequence[int]) -> tuple[Experiment, ...]:
    """Experiments with these numbers, or all.

    Raises
    ------
    UsageError : there is none with a number.
    """
    there = {int(path.name[:2]): path for path in files()}
    missing = [number for number in numbers if number not in there]
    if missing:
        known = ", ".join(str(number) for number in there)
        raise UsageError(f"there is no experiment {missing[0]}; there are {known}")
    return tuple(opened(path) for number, path in there.items() if not numbers or number in numbers)


def run(experiment: Experiment, setting: Setting, folder: Path) -> dict[str, Any]:
    """Run an experiment and write page, figure, numbers and manifest into a folder; gives what is in result.json."""
    started = datetime.now(UTC)
    finding = experiment.module.run(setting)
    folder.mkdir(parents=True, exist_ok=True)
    figure.save(finding.figure, folder / FIGURE)
    (folder / PAGE).write_text(page(experiment.claim, finding, setting), encoding="utf-8")
    result = document(experiment.claim, finding, setting)
    (folder / RESULT).write_text(dumped(result), encoding="utf-8")
    outputs = [folder / name for name in STEADY]
    told = manifest(experiment.claim, finding, setting, experiment.path, outputs, started)
    (folder / MANIFEST).write_text(dumped(told), encoding="utf-8")
    return result


def document(claim: Claim, finding: Finding, setting: Setting) -> dict[str, Any]:
    """A finding as plain data."""
    verdict = finding.verdict
    return {
        "number": claim.number,
        "name": claim.name,
        "claim": claim.claim,
        "verdict": verdict.kind,
        "condition": verdict.condition,
        "headline": finding.headline,
        "key": finding.key,
        "quick": setting.quick,
        "seed": setting.seed,
        "replications": finding.replications,
        "rule": verdict.rule,
        "cells": [plain(one) for one in verdict.cells],
        "flip": plain(finding.flip),
        "attack": plain(finding.attack),
        "estimates": [plain(one) for one in finding.estimates],
        "tables": [plain(one) for one in finding.tables],
        "hashes": dict(finding.hashes),
    }


def plain(value: Any) -> Any:
    """Data for JSON; what is not finite is null."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def dumped(value: Mapping[str, Any]) -> str:
    """JSON as it is committed."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
