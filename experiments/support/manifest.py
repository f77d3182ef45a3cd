"""What a result was made with; all that differs between two equal runs stands under ``volatile``."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from experiments.support.claim import Claim
from experiments.support.finding import Finding
from experiments.support.setting import Setting
from sim import __version__
from sim.runs.manifest import LIBRARIES, commit
from sim.studies.workers.versions import code


def manifest(
    claim: Claim, finding: Finding, setting: Setting, source: Path, outputs: Sequence[Path], started: datetime
) -> dict[str, Any]:
    """The manifest of a result.

    Parameters
    ----------
    source : file of the experiment.
    outputs : files of the result.
    """
    finished = datetime.now(UTC)
    return {
        "tool": "bufferstock",
        "version": __version__,
        "code": code(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "python": platform.python_version(),
        "machine": platform.machine(),
        "experiment": f"experiments/{source.name}",
        "experiment_sha256": hashlib.sha256(source.read_bytes()).hexdigest(),
        "command": f"python -m experiments {claim.number}{' --quick' if setting.quick else ''}",
        "seed": setting.seed,
        "quick": setting.quick,
        "replications": finding.replications,
        "hashes": dict(finding.hashes),
        "outputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(outputs)},
        "volatile": {
            "started": started.isoformat(),
            "seconds": (finished - started).total_seconds(),
            "jobs": setting.jobs,
            "platform": platform.platform(),
            "processors": os.cpu_count(),
            "commit": commit(),
        },
    }
