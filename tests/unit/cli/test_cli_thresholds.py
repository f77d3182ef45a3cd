"""Thresholds of a scenario guard a posture: exit code 5 where one is broken, everything written all the same."""

import json
from pathlib import Path

import pytest

QUICK = ("-n", 3, "-j", 1, "--no-figures")


@pytest.fixture
def mine(bufferstock):
    """Writes the starter scenario with thresholds; returns its folder."""
    assert bufferstock("init", "mine").code == 0

    def write(*lines):
        path = Path("mine/scenario.toml")
        path.write_text(
            path.read_text(encoding="utf-8") + "\n[thresholds]\n" + "\n".join(lines) + "\n", encoding="utf-8"
        )
        return "mine"

    return write


def test_a_broken_threshold_ends_with_5_and_results_are_there(bufferstock, mine):
    name = mine('"jit.fill_rate" = "> 1.5"', 'total_cost = ">= 0"')
    ended = bufferstock("compare", name, *QUICK, "--postures", "jit,jic", "-o", "run")
    assert ended.code == 5
    assert "threshold jit.fill_rate > 1.5 is broken by jit" in ended.out
    assert "threshold total_cost >= 0 holds by jic" in ended.out
    assert "2 of 6 thresholds broken" in ended.err  # two weathers: jit.fill_rate in each, total_cost of two postures
    verdicts = json.loads(Path("run/manifest.json").read_text(encoding="utf-8"))["thresholds"]
    assert [one["holds"] for one in verdicts].count(False) == 2
    assert Path("run/summary.csv").is_file()


def test_thresholds_that_hold_end_with_0_also_in_json(bufferstock, mine):
    name = mine('"strike/jic.fill_rate" = ">= 0.1"')
    ended = bufferstock("compare", name, *QUICK, "--postures", "jic", "--json")
    assert ended.code == 0
    (verdict,) = json.loads(ended.out)["thresholds"]
    assert verdict["weather"] == "strike"
    assert verdict["holds"]
    assert verdict["sure"]


def test_a_threshold_of_a_posture_that_is_not_compared_is_told(bufferstock, mine):
    name = mine('"hybrid.fill_rate" = ">= 0.1"')
    ended = bufferstock("compare", name, *QUICK, "--postures", "jic")
    assert ended.code == 0
    assert "threshold hybrid.fill_rate: nothing compared here is called so" in ended.err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('fil_rate = ">= 0.5"', "thresholds.fil_rate: 'fil_rate' is not a measure (did you mean 'fill_rate'?)"),
        ('fill_rate = "0.97"', "thresholds.fill_rate: '0.97' is not a comparison with a number"),
        ('fill_rate = "=> 0.97"', "'=> 0.97' is not a comparison with a number"),
        ('"strik/fill_rate" = "> 0"', "'strik' is not a weather (did you mean 'strike'?)"),
        ('".fill_rate" = "> 0"', "a posture 'posture.measure'"),
        ("fill_rate = 0.97", "thresholds.fill_rate"),
    ],
)
def test_what_is_wrong_with_a_threshold_is_told(bufferstock, mine, line, told):
    ended = bufferstock("check", mine(line))
    assert ended.code == 3
    assert told in ended.err
