"""The verb events: the list, one event in full, JSON, and what a typo gets."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from sim.cli.main import commands
from sim.errors import UsageError
from sim.events import events


def told(*arguments):
    ended = CliRunner().invoke(commands, ["events", *arguments], catch_exceptions=False)
    assert ended.exit_code == 0
    return ended.output


def test_the_list_names_every_event_and_kind():
    out = told()
    for one in events():
        assert one.id in out
        assert one.kind in out.replace("\n", " ")
    assert "Next: bufferstock events show ila_2024" in out


def test_the_list_of_one_kind():
    out = told("--kind", "factory_fire")
    assert "philips_2000" in out
    assert "ila_2024" not in out


@pytest.mark.parametrize("name", [one.id for one in events()])
def test_show_tells_everything(name):
    out = told("show", name)
    (one,) = [one for one in events() if one.id == name]
    assert out.startswith(f"{name}: {one.name}\n")
    for source in one.sources:
        assert source.url in out
    assert f'event = "{name}"' in out
    assert "Mild (length = 0.25)" in out
    for variant in one.variants:
        assert repr(variant) in out
    for figure in one.figures:
        # a long name is folded in its column
        assert f"\n{figure.name[:16]}" in out
    for basis in ("sourced", "derived", "assumed", "memory"):
        assert f"  {basis}: " in out


def test_json_of_the_list_and_of_one():
    every = json.loads(told("--json"))["events"]
    assert len(every) == 41
    one = json.loads(told("show", "suez_2021", "--json"))
    assert one in every
    assert one["mild"]["days"] == 1.5
    assert one["surge"] == 2.0


def test_a_typo_is_a_usage_error_with_the_near_miss():
    with pytest.raises(UsageError, match="did you mean 'suez_2021'"):
        told("show", "suez_2012")
    with pytest.raises(UsageError, match="did you mean 'port_strike'"):
        told("--kind", "port_strikes")


def test_listing_loads_nothing_heavy():
    heavy = ("numpy", "pandas", "scipy", "matplotlib", "pydantic", "simpy", "openpyxl")
    code = (
        "import sys\nfrom sim.cli.main import main\nsys.argv[1:] = ['events', 'show', 'ila_2024']\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    assert ended.code == 0\n"
        f"print([name for name in {heavy} if name in sys.modules], file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stderr == "[]\n"
