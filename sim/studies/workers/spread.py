"""Spreading an errand: in this process, over worker processes of this machine, or over a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from sim.errors import UsageError
from sim.studies.workers.cluster import Cluster
from sim.studies.workers.errand import Errand, Result
from sim.studies.workers.flight import clustered
from sim.studies.workers.pool import pooled
from sim.studies.workers.travel import packed


def spread(
    errand: Errand[Result],
    numbers: Sequence[int],
    jobs: int = 1,
    chunk: int | None = None,
    done: Callable[[int], None] | None = None,
    cluster: Cluster | None = None,
) -> Iterator[Result]:
    """Results of an errand for these replication numbers, piece by piece, in any order of completion.

    A worker process that ends before its time, for want of memory say, costs the pieces it was at work on: they are done
    again, with a `sim.errors.BufferstockWarning`.

    Parameters
    ----------
    errand : what to run; a worker prepares it once.
    numbers : replication numbers, at least one.
    jobs : worker processes; -1 for all processors, 1 for none. A cluster has as many as it has.
    chunk : replications a piece; chosen when left out. It changes nothing but the pace.
    done : called with the number of replications finished since the last call.
    cluster : where to run instead of here.

    Raises
    ------
    UsageError : no replications, or no jobs; workers end again and again; a cluster is out of reach, or has other versions.
    """
    if len(numbers) < 1:
        raise UsageError(f"{len(numbers)} replications: at least 1 is needed")
    workers = workers_of(jobs)
    if cluster is not None:
        found = clustered(packed(errand, far=True), lambda threads: _parts(numbers, threads, chunk), cluster)
    else:
        parts = _parts(numbers, workers, chunk)
        if workers == 1 or len(parts) == 1:
            prepared = errand.prepare()
            found = (prepared.run(part) for part in parts)
        else:
            found = pooled(packed(errand), parts, workers)
    try:
        for result in found:
            if done is not None:
                done(len(result.numbers))
            yield result
    finally:
        found.close()  # type: ignore[attr-defined]


def _parts(numbers: Sequence[int], workers: int, chunk: int | None) -> list[tuple[int, ...]]:
    return pieces(numbers, len(chunks(len(numbers), workers)[0]) if chunk is None else chunk)


def chunks(count: int, jobs: int, most: int = 25) -> list[tuple[int, ...]]:
    """Replication numbers 0 … count - 1 in pieces, small enough to keep all jobs busy to the end."""
    size = max(1, min(most, count // (16 * max(jobs, 1)) or 1))
    return pieces(range(count), size)


def pieces(numbers: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Replication numbers in pieces of this size."""
    return [tuple(numbers[start : start + size]) for start in range(0, len(numbers), size)]


def workers_of(jobs: int) -> int:
    """How many worker processes are meant.

    Raises
    ------
    UsageError : none.
    """
    if jobs == 0 or jobs < -1:
        raise UsageError(f"{jobs} jobs: 1 or more, or -1 for all processors")
    return (os.cpu_count() or 1) if jobs == -1 else jobs
