"""What the verbs sweep and sensitivity share: checks of options, where variants come from, and the budget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from sim.cli.options import look_beside, side
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.plan import Plan
    from sim.scenario import Scenario
    from sim.studies.source import Source
    from sim.studies.variants import Variants


def checked(replications: int, seed: int, jobs: int, most: int) -> None:
    """Refuse options that make no sense.

    Raises
    ------
    UsageError : which, and what is allowed.
    """
    if not 1 <= replications <= most:
        raise UsageError(f"--replications {replications}: at least 1 is needed, and at most {most:,} are possible")
    if seed < 0:
        raise UsageError(f"--seed {seed}: 0 or more is needed")
    if jobs == 0 or jobs < -1:
        raise UsageError(f"--jobs {jobs}: 1 or more, or -1 for all processors")


def source_of(
    scenario: str, names: Sequence[str], fixed: Sequence[str], weather: str | None, trust: bool, planner: Any
) -> Source:
    """Where variants come from; the weather is checked.

    Parameters
    ----------
    scenario, names, fixed, weather, trust : as given.
    planner : `sim.cli.options.plans_named`, which knows plan files too.
    """
    from sim.cli.options import one_weather
    from sim.studies.source import Source

    if trust:
        look_beside([scenario, *names])

    def plans(
        postures: Sequence[str], read: Scenario, settings: dict[str, list[str]], trusted: bool
    ) -> tuple[Plan, ...]:
        made: tuple[Plan, ...] = planner(list(postures), read, settings, trusted)
        return made

    source = Source(scenario, tuple(names), tuple(fixed), weather, trust, plans)
    one_weather(source.scenario(), weather)
    return source


class Budget:
    """Tells on stderr what is about to be lived, before it starts; ends the command there where only that is wanted.

    Parameters
    ----------
    replications, jobs : as given.
    what : variants and postures, in words.
    only : nothing is to be run.
    begin : called before anything is run, once all variants are known to be sound: opens the folder.
    """

    def __init__(
        self, replications: int, jobs: int, what: str, only: bool = False, begin: Callable[[], Any] = lambda: None
    ) -> None:
        self.replications, self.jobs, self.what, self.only, self.begin = replications, jobs, what, only, begin

    def __call__(self, errand: Variants) -> None:
        from sim.studies.budget import seconds_of, told

        lives = len(errand.lives) * self.replications
        time = told(seconds_of(errand, self.replications, self.jobs))
        shared = "what differs in money alone shares one life"
        line = f"{self.what}, {self.replications:,} futures: {lives:,} lives ({shared}), {time}"
        if self.only:
            click.echo(line)
            click.echo("Nothing was run. Leave out --dry-run to start.")
            raise click.exceptions.Exit(0)
        self.begin()
        side().print(line)
