"""The same study on a cluster of worker processes, one of which is killed: the same bytes as on one machine."""

import os
import signal
import subprocess
import sys
import time

import pytest

START = [sys.executable, "-c", "from sim.__main__ import main; main()"]
distributed = pytest.importorskip("distributed")


def call(*arguments, folder):
    ended = subprocess.run([*START, *arguments], cwd=folder, capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture
def cluster():
    """A real cluster of two worker processes on this machine."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as made,
    ):
        yield made


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(cluster, tmp_path, same_files):
    numbers = {nanny.pid for nanny in cluster.workers.values()}
    command = ["compare", "first_strike", "-n", "300", "--no-figures", "-o"]
    process = subprocess.Popen(
        [*START, *command, "far", "--backend", "dask", "--scheduler", cluster.scheduler_address],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        end = time.monotonic() + 200
        while not list(tmp_path.glob("far/*/chunk-*.npz")) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        assert process.poll() is None
        os.kill(min(numbers), signal.SIGKILL)
        _, err = process.communicate(timeout=240)
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == 0, err
    for name, jobs in (("one", "1"), ("two", "2")):
        call(*command, name, "-j", jobs, folder=tmp_path)
        same_files(tmp_path / "far", tmp_path / name)
