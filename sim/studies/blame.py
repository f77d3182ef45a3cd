"""Blame: a failure inside a replication is told with the life it happened in, wherever that was lived."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim.errors import DisruptionError, Lived, ModelError, PolicyError


class Place:
    """Where a worker is in its work; None before it has begun."""

    def __init__(self) -> None:
        self.lived: Lived | None = None

    def at(self, scenario: str, weather: str, seed: int, replication: int, posture: str | None = None) -> None:
        """Say which life comes next; without a posture, its Future is being drawn."""
        self.lived = Lived(scenario, weather, seed, replication, posture)


@contextmanager
def blamed(place: Place) -> Iterator[None]:
    """Within it, what a policy, a disruption or the model does wrong is told with the place."""
    try:
        yield
    except (PolicyError, DisruptionError, ModelError) as error:
        if place.lived is not None and error.lived is None:
            error.lived = place.lived
            error.args = (f"{error} [{place.lived}]",)
        raise
