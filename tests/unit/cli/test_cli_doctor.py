"""doctor tells what is there and what is missing; completion knows verbs, scenarios and postures."""

import json
from importlib import metadata

import pytest
from click.shell_completion import BashComplete

from sim.cli import doctor
from sim.cli.main import commands


def test_a_sound_machine(bufferstock):
    ended = bufferstock("doctor")
    assert ended.code == 0
    assert f"numpy: {metadata.version('numpy')}" in ended.out
    assert "Next: bufferstock compare first_strike" in ended.out


def test_a_library_that_is_missing_or_old_is_wrong(bufferstock, monkeypatch):
    have = metadata.version

    def version(name):
        if name == "simpy":
            raise metadata.PackageNotFoundError(name)
        return "1.0" if name == "numpy" else have(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    ended = bufferstock("doctor", "--json")
    assert ended.code == 1
    told = json.loads(ended.out)
    wrong = {one["what"]: one for one in told["findings"] if one["state"] == "wrong"}
    assert set(wrong) == {"simpy", "numpy"}
    assert "1.0 is older than 2.0" in wrong["numpy"]["told"]
    assert not told["sound"]


def test_versions_are_compared_by_number():
    assert doctor._numbers("2.10.1") > doctor._numbers("2.9")
    assert doctor._numbers("3.1rc1")[:2] == (3, 1)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(bufferstock, shell):
    ended = bufferstock("completion", shell)
    assert ended.code == 0
    assert "_BUFFERSTOCK_COMPLETE" in ended.out


def test_what_is_completed():
    def after(*words):
        complete = BashComplete(commands, {}, "bufferstock", "_BUFFERSTOCK_COMPLETE")
        return [one.value for one in complete.get_completions(list(words[:-1]), words[-1])]

    assert {"compare", "completion"} <= set(after("comp"))
    assert "meridian" in after("compare", "mer")
    assert "jit,hybrid" in after("compare", "meridian", "--postures", "jit,h")
    assert "--precision" in after("compare", "--prec")
