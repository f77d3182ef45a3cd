"""A cluster of dask.distributed: the only module that imports it, and only where it is asked for."""

from __future__ import annotations

import importlib.util
import logging
import re
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sim.errors import UsageError
from sim.studies.workers.quiet import deaf
from sim.studies.workers.versions import differences, here

Part = tuple[int, ...]
#: distributed.Client and distributed.Future, which have hardly any types of their own
Client = Any
Future = Any
ADDRESS = re.compile(r"((tcp|tls|ucx|ws|wss)://)?(\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]]+):\d{1,5}")
#: seconds of waiting for a scheduler's answer
PATIENCE = 5.0
#: workers named in a message
NAMED = 3


@dataclass(frozen=True)
class Cluster:
    """A cluster that runs already.

    Attributes
    ----------
    scheduler : address, for example ``tcp://10.0.0.7:8786``.
    """

    scheduler: str

    def check(self) -> int:
        """Threads of the cluster, after a look at who is there and which versions they have.

        Raises
        ------
        UsageError : dask is not installed; nobody answers; there is no worker; a worker has another version.
        """
        with connected(self) as client:
            return threads(client)


def ended_all(error: Exception) -> bool:
    """Whether a piece has ended every worker that tried it."""
    from distributed import KilledWorker

    return isinstance(error, KilledWorker)


def threads(client: Client) -> int:
    """Threads of a cluster, now."""
    found: dict[str, int] = client.nthreads()
    return sum(found.values())


@contextmanager
def connected(cluster: Cluster) -> Iterator[Client]:
    """A client of a cluster whose workers are sound."""
    if importlib.util.find_spec("distributed") is None:
        raise UsageError('a cluster needs dask.distributed: pip install "bufferstock[cluster]"')
    if ADDRESS.fullmatch(cluster.scheduler) is None:
        raise UsageError(
            f"--scheduler {cluster.scheduler!r}: write protocol://host:port, for example tcp://10.0.0.7:8786"
        )
    with _hushed():
        client = _client(cluster)
        try:
            _check(client, cluster)
            yield client
        finally:
            with deaf(), suppress(Exception):
                client.close(timeout=PATIENCE)


def _client(cluster: Cluster) -> Client:
    """A client, made in a thread of its own: where something else than a scheduler answers, it would wait for ever."""
    found: list[Any] = []

    def make() -> None:
        try:
            import distributed

            client: Any = distributed.Client
            with warnings.catch_warnings():  # of versions that differ: we tell them ourselves
                warnings.simplefilter("ignore")
                found.append(client(cluster.scheduler, timeout=PATIENCE, set_as_default=False, name="bufferstock"))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=make, daemon=True, name="connecting")
    thread.start()
    thread.join(2 * PATIENCE)
    if not found or isinstance(found[0], Exception):
        why = f" ({_first_line(found[0])})" if found else ""
        raise UsageError(f"--scheduler {cluster.scheduler}: no dask scheduler answers there{why}")
    return found[0]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _check(client: Client, cluster: Cluster) -> None:
    """See that there are workers, and that their versions are ours."""
    found = _versions(client)
    if not found:
        raise UsageError(
            f"{cluster.scheduler}: no worker has joined this scheduler; start some, for example: "
            f"dask worker {cluster.scheduler} --nworkers -1 --nthreads 1"
        )
    wrong = {worker: differences(here(), versions) for worker, versions in found.items()}
    bad = [f"{worker} has {'; '.join(told)}" for worker, told in sorted(wrong.items()) if told]
    if bad:
        more = f", and {len(bad) - NAMED} workers more" if len(bad) > NAMED else ""
        raise UsageError(f"{cluster.scheduler}: worker {', worker '.join(bad[:NAMED])}{more}")


def _versions(client: Client) -> dict[str, dict[str, str | None]]:
    """Versions of each worker by address: first what needs no code of ours to be told, then the rest."""
    told = client.get_versions()["workers"]
    found: dict[str, dict[str, str | None]] = {}
    for worker, versions in told.items():
        python = ".".join(versions["host"]["python"].split(".")[:2])
        found[worker] = {
            "python": python,
            **{name: versions["packages"].get(name) for name in ("numpy", "cloudpickle")},
        }
    same = [worker for worker, versions in found.items() if versions["python"] == here()["python"]]
    for worker, rest in (client.run(_look_up(), workers=same) if same else {}).items():
        found[worker].update(rest)
    for worker, versions in found.items():
        if worker not in same:  # code cannot be sent there; what it cannot tell is not what differs
            found[worker] = {**here(), **versions}
    return found


def _look_up() -> Callable[[], dict[str, str | None]]:
    """A function that a worker without bufferstock can run too: it travels by value."""

    def look() -> dict[str, str | None]:
        try:
            from sim.studies.workers.versions import here as there

            return dict(there())
        except ImportError:
            pass
        try:
            from importlib.metadata import version

            return {"bufferstock": version("bufferstock")}
        except ImportError:
            return {"bufferstock": None}

    return look


@contextmanager
def _hushed() -> Iterator[None]:
    """What dask logs on stderr (lost connections, retries) is told by us, where it matters."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
