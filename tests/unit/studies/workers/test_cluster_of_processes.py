"""A real cluster on this machine: a scheduler and two worker processes, one of which is killed."""

import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pytest

from sim import load, posture
from sim.errors import PolicyError, UsageError
from sim.studies.montecarlo import Job, replicate
from sim.studies.workers import Cluster, cluster, spread

pytestmark = pytest.mark.slow
pytest.importorskip("distributed")


class Machines:
    """A scheduler and workers, each a process of its own; they can import this package and nothing of the tests."""

    def __init__(self, folder):
        self.folder, self.started = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    def start(self, kind, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"]
        with (self.folder / f"{kind}-{len(self.started)}.log").open("w") as log:
            process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True)
        self.started.append(process)

    def begin(self, workers):
        """Start them, and wait until all have joined."""
        host, port = self.address.removeprefix("tcp://").split(":")
        self.start("scheduler", "--host", host, "--port", port)
        for _ in range(workers):
            self.start("worker", self.address, "--nthreads", "1", "--local-directory", str(self.folder))
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if Cluster(self.address).check() == workers:
                    return
            except UsageError:
                time.sleep(0.2)
        raise AssertionError("the cluster has not begun")

    def finish(self):
        for process in reversed(self.started):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def machines(tmp_path):
    made = Machines(tmp_path)
    try:
        made.begin(2)
        yield made
    finally:
        made.finish()


def in_order(found):
    """Numbers, measures and series of all chunks, by replication."""
    numbers = np.concatenate([chunk.numbers for chunk in found])
    order = np.argsort(numbers)
    measures, around = (
        np.concatenate([getattr(chunk, name) for chunk in found])[order] for name in ("measures", "around")
    )
    return numbers[order], measures, around


def test_a_killed_worker_changes_no_byte(machines):
    """The same arrays as in this process, and most pieces after the loss."""
    scenario = load("first_strike")
    job = Job(scenario, scenario.weather_names, tuple(posture(name).plan(scenario) for name in ("jit", "hybrid")), 1)
    with cluster.connected(Cluster(machines.address)) as client:
        processes = list(client.run(os.getpid).values())
    found = []
    for chunk in replicate(job, 120, chunk=2, cluster=Cluster(machines.address)):
        found.append(chunk)
        if len(found) == 5:
            os.kill(processes[0], signal.SIGKILL)
    for one, other in zip(in_order(found), in_order(list(replicate(job, 120))), strict=True):
        assert one.tobytes() == other.tobytes()


def test_code_of_the_user_travels_and_the_errand_is_sent_once(machines, errands, tmp_path, monkeypatch):
    """Bytes that leave this process grow by hardly anything with the number of pieces; both workers get some of them."""
    from distributed.comm.tcp import TCP

    sent, write = [], TCP.write

    async def weighed(self, message, **more):
        sent.append(await write(self, message, **more) or 0)
        return sent[-1]

    monkeypatch.setattr(TCP, "write", weighed)
    log = tmp_path / "log"
    log.mkdir()
    errand = errands.Squaring(str(log), seconds=0.02, load=os.urandom(1_000_000))
    weights = []
    for count in (60, 120):
        sent.clear()
        found = list(spread(errand, range(count), chunk=1, cluster=Cluster(machines.address)))
        assert errands.squares(found) == errands.right(count)
        assert len({piece.process for piece in found}) == 2
        weights.append(sum(sent))
    assert 1_000_000 < weights[0] < 1_150_000
    assert (weights[1] - weights[0]) / 60 < 2_500
    assert len(list(log.glob("prepared-*"))) <= 4


def test_errors_of_the_user_arrive_and_leave_the_cluster_usable(machines, errands, tmp_path):
    where = Cluster(machines.address)
    with pytest.raises(PolicyError, match="enough"):
        list(spread(errands.Squaring(str(tmp_path), 0.01, 5, PolicyError), range(40), chunk=1, cluster=where))
    running = spread(errands.Squaring(seconds=0.3), range(200), chunk=1, cluster=where)
    next(running)
    running.close()
    begun = time.monotonic()
    assert errands.squares(spread(errands.Squaring(), range(40), chunk=1, cluster=where)) == errands.right(40)
    assert time.monotonic() - begun < 15  # 200 pieces of 0.3 s would have kept two workers for 30 s


def test_a_failing_machine_is_tried_again_elsewhere(machines, errands, tmp_path):
    errand = errands.Squaring(str(tmp_path), 0.01, 5, OSError)
    found = spread(errand, range(40), chunk=1, cluster=Cluster(machines.address))
    assert errands.squares(found) == errands.right(40)


def test_a_piece_that_ends_every_worker_is_named(machines, errands, tmp_path):
    errand = errands.Squaring(str(tmp_path), 0.01, 5, always=True)
    with pytest.raises(UsageError, match="replications 5 to 5 ended every worker that tried them"):
        list(spread(errand, range(12), chunk=1, cluster=Cluster(machines.address)))


def test_a_scheduler_that_is_lost_is_told(machines, errands):
    running = spread(errands.Squaring(seconds=0.05), range(400), chunk=1, cluster=Cluster(machines.address))
    found = [next(running) for _ in range(5)]
    os.killpg(machines.started[0].pid, signal.SIGKILL)
    with pytest.raises(UsageError, match="the scheduler is gone"):
        found.extend(running)


def test_the_memory_of_the_client_stays_flat(machines, errands):
    """Results of 100 kB each, 300 of them: what has been handed over is let go of, here and on the scheduler."""
    import tracemalloc

    class Heavy(errands.Squaring):
        def run(self, numbers):
            found = super().run(numbers)
            object.__setattr__(found, "load", os.urandom(100_000))
            return found

    peaks = []
    tracemalloc.start()
    try:
        for count in (100, 300):
            tracemalloc.reset_peak()
            for _ in spread(Heavy(), range(count), chunk=1, cluster=Cluster(machines.address)):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 5_000_000
