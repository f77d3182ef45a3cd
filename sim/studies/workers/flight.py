"""Pieces under way on a cluster: a bounded number, tried again where a worker is lost."""

from __future__ import annotations

import queue
import secrets
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.errors import BufferstockError, BufferstockWarning, UsageError
from sim.studies.workers.cluster import Client, Cluster, Future, connected, ended_all, threads
from sim.studies.workers.errand import run_bytes
from sim.studies.workers.quiet import deaf
from sim.studies.workers.versions import differences, here

Part = tuple[int, ...]
#: pieces under way, a thread of the cluster: one in its hands, two at its door
AHEAD = 3
#: seconds without a finished piece, after which to look who is there
LOOK = 5.0
#: seconds without any worker, after which to give up
ALONE = 120.0
#: how often a piece is tried again elsewhere where a worker failed at it (not where the model or code of the user did)
AGAIN = 2


@dataclass(frozen=True)
class _Failed:
    """What a piece was stopped by that trying again elsewhere does not cure."""

    error: Exception


def clustered(packed: bytes, parts_for: Callable[[int], Sequence[Part]], cluster: Cluster) -> Iterator[Any]:
    """Results of pieces in any order, by the workers of a cluster; a lost worker's are run again by the others.

    Parameters
    ----------
    packed : the errand; sent once, and from worker to worker.
    parts_for : replication numbers, piece by piece, for a cluster of so many threads.
    cluster : where.

    Raises
    ------
    UsageError : see `Cluster.check`; the scheduler is lost, or all workers are; a piece ends every worker that tries it.
    """
    with connected(cluster) as client:
        yield from _Flight(client, cluster, packed, parts_for(threads(client))).results()


class _Flight:
    """Pieces under way on a cluster; never more than `AHEAD` for each thread."""

    def __init__(self, client: Client, cluster: Cluster, packed: bytes, parts: Sequence[Part]) -> None:
        self.client, self.cluster, self.waiting = client, cluster, deque(parts)
        self.flying: dict[Future, Part] = {}
        self.landed: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self.most = AHEAD * threads(client)
        # a name of this run alone: what another client asks for, or an earlier run has cancelled, is none of ours
        self.name, self.sent = secrets.token_hex(8), 0
        # a task and no scattered data: the scheduler can make it again where all that hold it are lost
        self.errand = client.submit(_kept, packed, here(), key=f"bufferstock-errand-{self.name}", pure=False)

    def results(self) -> Iterator[Any]:
        """Results in the order in which they come."""
        try:
            while self.waiting or self.flying:
                self._send()
                futures = self._next()
                found = self._results(futures)
                for future in futures:
                    del self.flying[future]
                    future.release()
                failed = [one.error for one in found if isinstance(one, _Failed)]
                yield from (one for one in found if not isinstance(one, _Failed))
                if failed:
                    raise failed[0]
        finally:
            with deaf(), suppress(Exception):
                self.client.cancel([*self.flying, self.errand])

    def _send(self) -> None:
        """Send pieces off, several at a time: one by one, most of the time would go into sending."""
        room = self.most - len(self.flying)
        if not self.waiting or room < max(self.most // AHEAD, 1):
            return
        parts = [self.waiting.popleft() for _ in range(min(room, len(self.waiting)))]
        # keys of one group, other than the errand's, so that the scheduler does not heap all on the worker that has it
        keys = [(f"bufferstock-{self.name}", self.sent + place) for place in range(len(parts))]
        self.sent += len(parts)
        futures = self.client.map(_piece, parts, errand=self.errand, key=keys, pure=False, retries=AGAIN)
        for future, part in zip(futures, parts, strict=True):
            self.flying[future] = part
            future.add_done_callback(self.landed.put)

    def _next(self) -> list[Future]:
        """Those that are finished, one way or the other; waits for one."""
        alone = None
        while True:
            with suppress(queue.Empty):
                found = [self.landed.get(timeout=LOOK)]
                while True:
                    try:
                        found.append(self.landed.get_nowait())
                    except queue.Empty:
                        return found
            there = self._look()
            self.most = max(AHEAD * there, 1)
            if there:
                self._send()
                alone = None
            elif alone is None:
                alone = time.monotonic()
                self._tell(f"no worker is left on {self.cluster.scheduler}; waiting {ALONE:.0f} seconds for one")
            elif time.monotonic() - alone > ALONE:
                raise UsageError(f"{self.cluster.scheduler}: no worker has come back in {ALONE:.0f} seconds")

    def _look(self) -> int:
        try:
            return threads(self.client)
        except Exception as error:
            raise self._gone() from error

    def _results(self, futures: Sequence[Future]) -> list[Any]:
        """What these have found, fetched at one go; where that fails, one by one, so that the one to blame is named."""
        fetch = partial(self.client.gather, futures, asynchronous=True)
        try:
            return list(self.client.sync(fetch, callback_timeout=ALONE))
        except Exception:
            return [self._result(future, self.flying[future]) for future in futures]

    def _result(self, future: Future, part: Part) -> Any:
        """The same for one; what went wrong with it stands in its place."""
        try:
            return future.result(timeout=ALONE)
        except Exception as error:
            if not ended_all(error):
                gone = future.status in ("cancelled", "lost") or self.client.status != "running"
                return _Failed(self._gone() if gone else error)
            told = (
                f"replications {part[0]} to {part[-1]} ended every worker that tried them, perhaps for want of memory: "
            )
            more = "give workers more, or shorten the horizon, or take fewer weathers and postures at a time"
            return _Failed(UsageError(told + more))

    def _gone(self) -> UsageError:
        return UsageError(f"{self.cluster.scheduler}: the scheduler is gone, or has let go of this run")

    def _tell(self, text: str) -> None:
        warnings.warn(text, BufferstockWarning, stacklevel=2)


def _kept(packed: bytes, wanted: dict[str, str]) -> tuple[bytes, dict[str, str]]:
    """What the cluster keeps for the pieces of a run: the packed errand, and the versions it needs."""
    return packed, wanted


def _piece(numbers: Part, errand: tuple[bytes, dict[str, str]]) -> Any:
    """What a worker does; one that has come meanwhile may have other versions."""
    packed, wanted = errand
    wrong = differences(wanted, here())
    if wrong:
        return _Failed(UsageError(f"a worker that has joined has {'; '.join(wrong)}"))
    try:
        return run_bytes(packed, numbers)
    except BufferstockError as error:
        return _Failed(error)
