"""A cluster that cannot be used is told of in one message, before anything is sent."""

import importlib.util
import socket

import pytest

from sim.errors import UsageError
from sim.studies.workers import Cluster, cluster, flight, spread
from sim.studies.workers.versions import differences, here


class Client:
    """A client of two workers; `told` and `ran` are what they answer."""

    def __init__(self, told=None, ran=None):
        self.told = told or {}
        self.ran = ran or {}

    def get_versions(self):
        return {"workers": self.told}

    def run(self, look, workers):
        return {worker: self.ran.get(worker, look()) for worker in workers}


def worker(python=None, **packages):
    mine = here()
    host = {"python": f"{python or mine['python']}.7.final.0"}
    return {"host": host, "packages": {"numpy": mine["numpy"], "cloudpickle": mine["cloudpickle"], **packages}}


def refused(client):
    with pytest.raises(UsageError) as told:
        cluster._check(client, Cluster("tcp://here:8786"))
    return str(told.value)


def test_workers_of_our_versions_are_sound():
    cluster._check(Client({"tcp://a:1": worker(), "tcp://b:1": worker()}), Cluster("tcp://here:8786"))


def test_a_scheduler_without_workers_is_told_with_how_to_start_some():
    assert "no worker has joined" in refused(Client())
    assert "dask worker tcp://here:8786" in refused(Client())


@pytest.mark.parametrize("name", ["bufferstock", "numpy", "scipy", "simpy", "cloudpickle"])
def test_a_worker_of_another_version_is_named_with_what_it_has_and_what_is_wanted(name):
    ran = {"tcp://b:1": {**here(), name: "0.0.1"}}
    told = refused(Client({"tcp://a:1": worker(), "tcp://b:1": worker()}, ran))
    assert told == f"tcp://here:8786: worker tcp://b:1 has {name} 0.0.1, wanted {here()[name]}"


def test_a_worker_of_another_python_is_told_without_sending_it_code():
    client = Client({"tcp://a:1": worker(), "tcp://b:1": worker(python="3.9", numpy="1.26.4")})
    client.run = lambda look, workers: {name: look() for name in workers if name == "tcp://a:1" or pytest.fail(name)}
    told = refused(client)
    assert f"worker tcp://b:1 has python 3.9, wanted {here()['python']}; numpy 1.26.4, wanted" in told
    assert "tcp://a:1" not in told


def test_a_worker_without_bufferstock_is_told():
    ran = {"tcp://b:1": {"bufferstock": None}}
    assert f"no bufferstock, wanted {here()['bufferstock']}" in refused(Client({"tcp://b:1": worker()}, ran))


def test_many_bad_workers_are_counted():
    many = {f"tcp://w{number}:1": worker(python="3.9") for number in range(8)}
    assert refused(Client(many)).endswith(", and 5 workers more")


def test_versions_name_the_code_itself():
    assert "(code " in here()["bufferstock"]
    assert differences(here(), here()) == []


def test_dask_that_is_not_installed_is_told_with_its_extra(errands, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "distributed" else find(name))
    with pytest.raises(UsageError, match=r'pip install "bufferstock\[cluster\]"'):
        next(spread(errands.Squaring(), range(3), cluster=Cluster("tcp://127.0.0.1:8786")))


@pytest.mark.parametrize("address", ["here", "http://here:80", "tcp://here", "tcp://here:many", "", "a b:1"])
def test_what_is_no_address_is_told(address):
    with pytest.raises(UsageError, match=r"write protocol://host:port"):
        Cluster(address).check()


def test_a_scheduler_out_of_reach_is_told_soon(monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: whoever calls is turned away
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError, match=f"--scheduler {address}: no dask scheduler answers there"):
            Cluster(address).check()


def test_a_worker_that_joins_later_with_another_version_stops_the_run():
    found = flight._piece((1, 2), (b"", {**here(), "numpy": "0.0.1"}))
    assert isinstance(found.error, UsageError)
    assert f"a worker that has joined has numpy {here()['numpy']}, wanted 0.0.1" in str(found.error)
