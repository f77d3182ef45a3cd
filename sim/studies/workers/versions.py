"""Versions that must be the same wherever replications are run, or else numbers may differ."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import sim

#: libraries that have a part in the numbers, or in how work travels
LIBRARIES = ("numpy", "scipy", "simpy", "cloudpickle")


@lru_cache(maxsize=1)
def here() -> dict[str, str]:
    """Versions of this process: python (its minor version), bufferstock with a digest of its code, and libraries."""
    python = ".".join(platform.python_version_tuple()[:2])
    libraries = {name: metadata.version(name) for name in LIBRARIES}
    return {"python": python, "bufferstock": f"{sim.__version__} (code {code()})", **libraries}


@lru_cache(maxsize=1)
def code() -> str:
    """Twelve digits that stand for the package's code: two of one version may differ in it."""
    root = Path(sim.__file__).parent
    made = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        made.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()[:12]


def differences(wanted: Mapping[str, str], found: Mapping[str, str | None]) -> list[str]:
    """What differs, each as 'numpy 1.26.4, wanted 2.1.0'; what is not there is told so."""
    return [
        f"{name} {found[name]}, wanted {version}" if found.get(name) else f"no {name}, wanted {version}"
        for name, version in wanted.items()
        if found.get(name) != version
    ]
