"""Every failure that a user can cause, with the exit code that the command line gives it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lived:
    """Which life a failure happened in, so that it can be lived again.

    Attributes
    ----------
    scenario, weather, seed, replication : the Future.
    posture : who lived through it; None where nobody did yet.
    """

    scenario: str
    weather: str
    seed: int
    replication: int
    posture: str | None = None

    def __str__(self) -> str:
        who = "" if self.posture is None else f"posture {self.posture!r}, "
        return f"{who}weather {self.weather!r}, replication {self.replication}, seed {self.seed}"


class BufferstockError(Exception):
    """Root of all errors that carry a message meant for a user.

    Attributes
    ----------
    exit_code : what the command line returns for this kind of failure.
    lived : the life of a study in which it happened, where it did in one.
    again : the command that makes it happen again, where there is one.
    """

    exit_code = 1
    lived: Lived | None = None
    again: str = ""


def one_line(error: Exception) -> str:
    """What went wrong, in one line: of several problems the first, and how many more there are."""
    problems = getattr(error, "problems", ())
    if not problems:
        return str(error).splitlines()[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0]}{more}"


class UsageError(BufferstockError):
    """The call itself is off: an unknown name, zero replications, an output that cannot be written."""

    exit_code = 2


class ScenarioError(BufferstockError):
    """A scenario, a posture file or a table does not make sense; holds every problem that was found.

    Parameters
    ----------
    problems : one line each, ``file: key: what is wrong and what is allowed``.
    """

    exit_code = 3

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n".join((f"{head}:", *(f"  {line}" for line in self.problems))))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[str, ...]]]:
        return type(self), (self.problems,)


class ModelError(BufferstockError):
    """A check of the model itself failed: goods, demand, money or containers do not add up, or a truth is missed."""

    exit_code = 4


class PolicyError(BufferstockError):
    """A user's own policy raised, or returned something that is not a quantity for each item."""

    exit_code = 3


class DisruptionError(BufferstockError):
    """A user's own kind of disruption raised, or returned something that is not a list of sound incidents."""

    exit_code = 3


class BufferstockWarning(UserWarning):
    """Something that a user should know, and that stops nothing: a worker was lost, say. Shown on stderr by every verb."""


def near_miss(word: str, allowed: Iterable[str]) -> str:
    """Text to append to a message: the closest allowed word, or else the list of what is allowed."""
    names = [str(name) for name in allowed if str(name) != word]
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f" (did you mean {close[0]!r}?)"
    return f" (allowed: {listing(names)})" if names else " (none is defined)"


def listing(names: Sequence[str], most: int = 12) -> str:
    """Names in one line, cut after `most` with a count of the rest."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
