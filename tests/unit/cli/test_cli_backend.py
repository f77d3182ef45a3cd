"""Where a study runs, and what is told when code of the user's own fails there."""

import shlex
import subprocess
import sys

import pytest

from sim.cli.interrupt import importing, press
from sim.studies.workers import Cluster

QUICK = ("compare", "first_strike", "-n", "4", "--no-figures", "-o", "out")
POLICIES = """
import numpy as np

def late(view):
    if view.day > 300:
        raise ValueError("no more")
    return np.maximum(view.order_up_to - view.position, 0.0)

def blank(view):
    return np.full(len(view.items), np.nan)

def wide(view):
    return np.zeros(len(view.items) + 1)

def leaving(view):
    raise SystemExit(3)
"""


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--backend", "dask"), "--backend dask: give --scheduler ADDRESS too"),
        (("--scheduler", "tcp://a:1"), "--scheduler tcp://a:1: goes with --backend dask"),
        (("--backend", "dask", "--scheduler", "nowhere"), "--scheduler 'nowhere': write protocol://host:port"),
        (("--backend", "spark"), "'spark' is not one of 'loky', 'dask'"),
    ],
)
def test_options_that_do_not_go_together_are_told_before_anything_is_written(bufferstock, tmp_path, options, part):
    ended = bufferstock(*QUICK, *options)
    assert (ended.code, ended.out) == (2, "")
    assert part in ended.err
    assert list(tmp_path.iterdir()) == []


def test_compare_hands_its_work_to_the_cluster(bufferstock, monkeypatch):
    """The scheduler's address arrives where work is spread; what comes back is shown as ever."""
    from sim.studies.workers import spread as module  # the function of that name hides its module

    seen = []

    def clustered(packed, parts_for, cluster):
        import pickle

        seen.append(cluster)
        runner = pickle.loads(packed).prepare()
        return (runner.run(part) for part in parts_for(2))

    monkeypatch.setitem(module.__globals__, "clustered", clustered)
    monkeypatch.setattr(Cluster, "check", lambda self: 2)
    ended = bufferstock(*QUICK, "--backend", "dask", "--scheduler", "tcp://a:1")
    assert ended.code == 0, ended.err
    assert seen == [Cluster("tcp://a:1")]
    assert "4 futures" in ended.out


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("policy", "parts"),
    [
        ("late", ("raised ValueError: no more", "day 301")),
        ("blank", ("ordered nan of item 'pump'", "day -175")),
        ("wide", ("returned shape (2,) for 1 items", "day -175")),
        ("leaving", ("raised SystemExit: 3", "day -175")),
    ],
)
def test_what_a_policy_does_wrong_is_told_with_the_command_that_shows_it_again(
    bufferstock, tmp_path, monkeypatch, jobs, policy, parts
):
    (tmp_path / "of_mine.py").write_text(POLICIES)
    (tmp_path / "mine.toml").write_text(f"policy = 'of_mine:{policy}'\n")
    settings = ("--set", "mine.cover=5", "--set", "jit.cover=3", "--set", "costs.capital_rate=0.1")
    ended = bufferstock(*QUICK, "-j", jobs, "--seed", "7", "--postures", "jit,mine.toml", "--trust", *settings)
    assert (ended.code, ended.out) == (3, "")
    told, again = ended.err.strip().splitlines()[-2:]
    for part in (*parts, "posture 'mine', weather 'strike', replication ", ", seed 7]"):
        assert part in told
    command = shlex.split(again.removeprefix("Again: bufferstock "))
    assert command[:4] == ["run", "first_strike", "--posture", "mine.toml"]
    assert command[6:10] == ["--seed", "7", "--weather", "strike"]
    assert "jit.cover=3" not in command
    repeated = bufferstock(*command, "-o", "again")
    assert (repeated.code, repeated.out) == (3, "")
    assert repeated.err.strip().removeprefix("bufferstock: ") in told


def test_what_a_disruption_does_wrong_is_told_with_its_future(bufferstock, tmp_path):
    from sim.library import locate

    (tmp_path / "ashes.py").write_text(
        "from dataclasses import dataclass\n\n@dataclass(frozen=True)\nclass Ash:\n    name: str\n\n"
        "    def targets(self):\n        return [('port', 'Los Angeles')]\n\n"
        "    def incidents(self, generator, first, last):\n        raise KeyError('wind')\n"
    )
    text = locate("first_strike").read_text(encoding="utf-8")
    port = text.split("[[ports]]")[1].split('name = "')[1].split('"')[0]
    (tmp_path / "ashes.py").write_text((tmp_path / "ashes.py").read_text().replace("Los Angeles", port))
    (tmp_path / "ash.toml").write_text(text + '\n[[disruptions]]\nkind = "ashes:Ash"\nname = "ash"\n')
    ended = bufferstock("compare", "ash.toml", "-n", "4", "-j", "1", "--no-figures", "-o", "out", "--trust")
    assert (ended.code, ended.out) == (3, ""), ended.err
    assert "disruption 'ash' (ashes:Ash): incidents() raised KeyError: 'wind' [weather '" in ended.err
    assert "Again: bufferstock run ash.toml --posture jit --replication 0 --seed 1 --weather" in ended.err


def test_lost_workers_are_told_in_one_line(bufferstock, monkeypatch):
    import warnings

    from sim.errors import BufferstockWarning

    def lose(*_, **__):
        warnings.warn("a worker process was ended from outside", BufferstockWarning, stacklevel=1)
        return {}

    monkeypatch.setattr("sim.library.bundled", lose)
    ended = bufferstock("list")
    assert ended.err == "warning: a worker process was ended from outside\n"


def test_ctrl_c_waits_for_an_import(tmp_path, monkeypatch):
    """A module that is interrupted while it is loaded is loaded all the same; the interruption comes after it."""
    import signal
    import time

    from sim.cli.interrupt import Patient

    (tmp_path / "slow_to_load.py").write_text(
        "import signal, time\nsignal.raise_signal(signal.SIGINT)\ntime.sleep(0.1)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    loaded = []
    before = signal.getsignal(signal.SIGINT)

    def load():
        import slow_to_load

        loaded.append(slow_to_load.whole)
        time.sleep(5)

    with pytest.raises(KeyboardInterrupt), Patient():
        load()
    assert loaded == [True]
    assert signal.getsignal(signal.SIGINT) is before
    assert not importing(None)
    with pytest.raises(KeyboardInterrupt):
        press(signal.SIGINT, None)


@pytest.mark.parametrize("start", ["import sim.__main__ as of", "import sim.cli as of"])
def test_both_entries_of_the_command_line_start_it(start):
    command = [sys.executable, "-c", f"{start}; of.main()", "--version"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("bufferstock, version ")
