"""The command that lives one future of a study again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from sim.overrides import label_of


def command(
    scenario: str,
    given: Mapping[str, str],
    posture: str,
    replication: int,
    seed: int,
    weather: str,
    settings: Sequence[str] = (),
    trust: bool = False,
) -> str:
    """The command, ready for a shell.

    Parameters
    ----------
    scenario, settings, trust : as given on the command line.
    given : posture -> what it was given as, a name or a file, of all postures of the study.
    posture : what the one that lives was given as.
    replication, seed, weather : which future.
    """
    words = ["bufferstock", "run", scenario, "--posture", posture, "--replication", str(replication)]
    words += ["--seed", str(seed), "--weather", weather]
    words += [word for setting in _for_one(settings, given, posture) for word in ("--set", setting)]
    return shlex.join([*words, "--trust"] if trust else words)


def _for_one(settings: Sequence[str], given: Mapping[str, str], posture: str) -> list[str]:
    """Overrides without those of other postures."""
    others = {label_of(name) for name in given.values() if name != posture}
    return [setting for setting in settings if setting.split(".", 1)[0] not in others]
