"""Verbs that look and do not run: list, init, check, schema; and what importing costs."""

import json
import subprocess
import sys
import tomllib

import pytest

from sim.library import locate

HEAVY = ("numpy", "pandas", "scipy", "matplotlib", "pydantic", "simpy", "joblib", "pyarrow", "openpyxl")


def test_list_names_scenarios_postures_and_policies(bufferstock):
    ended = bufferstock("list")
    assert ended.code == 0
    for name in (
        "first_strike",
        "meridian",
        "starter",
        "jit",
        "jic",
        "hybrid",
        "current",
        "plan.xlsx",
        "base_stock",
        "r_nQ",
    ):
        assert f"  {name} " in ended.out
    told = json.loads(bufferstock("list", "--json").out)
    assert set(told) == {"scenarios", "postures", "files", "policies"}
    assert set(told["scenarios"]) == {"assembly", "first_strike", "meridian", "ordinary_year", "starter"}
    assert all(told["scenarios"].values())


def test_what_list_tells_is_what_there_is(bufferstock):
    from sim.policies import NAMES
    from sim.postures import POSTURES

    told = json.loads(bufferstock("list", "--json").out)
    assert list(told["postures"]) == [*POSTURES, "current"]
    assert list(told["policies"]) == list(NAMES)


def test_init_writes_a_starter_that_checks_and_compares(bufferstock, tmp_path):
    ended = bufferstock("init", "mine")
    assert ended.code == 0
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["demand.csv", "items.csv", "scenario.toml"]
    assert bufferstock("check", "mine").out.startswith("mine: sound.")
    ended = bufferstock("compare", "mine", "-n", "2", "-j", "1", "--no-figures", "-o", "out")
    assert ended.code == 0
    assert "Next: bufferstock run mine --posture " in ended.out


def test_init_does_not_write_into_a_folder_that_holds_something(bufferstock, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "items.csv").write_text("precious")
    ended = bufferstock("init", "mine")
    assert ended.code == 2
    assert "mine: is not empty" in ended.err
    assert (tmp_path / "mine" / "items.csv").read_text() == "precious"
    assert bufferstock("init", "mine", "--force").code == 0
    assert "precious" not in (tmp_path / "mine" / "items.csv").read_text()


@pytest.mark.parametrize("name", ["first_strike", "starter", "meridian"])
def test_bundled_scenarios_are_sound(bufferstock, name):
    ended = bufferstock("check", name)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{name}: sound.")


def test_check_looks_at_overridden_keys_too(bufferstock):
    assert "0 to 89 are booked" in bufferstock("check", "first_strike", "--set", "horizon=90").out


def test_schema_prints_one_json_document(bufferstock):
    schema = json.loads(bufferstock("schema").out)
    assert schema["title"] == "bufferstock scenario"
    assert set(tomllib.loads(locate("meridian").read_text(encoding="utf-8"))) <= set(schema["properties"])


def test_help_groups_all_verbs_by_question(bufferstock):
    ended = bufferstock("--help")
    assert (ended.code, ended.err) == (0, "")
    for part in (
        "Which posture, at what price?",
        "list",
        "init",
        "check",
        "schema",
        "compare",
        "run",
        "validate",
        "Examples:",
    ):
        assert part in ended.out
    for verb in ("list", "init", "check", "schema", "compare", "run", "validate"):
        ended = bufferstock(verb, "--help")
        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith(f"Usage: bufferstock {verb}")


def test_a_bare_call_shows_the_help_and_is_a_usage_error(bufferstock):
    ended = bufferstock()
    assert ended.code == 2
    assert "Usage: bufferstock" in ended.err


def test_the_version_is_the_packages(bufferstock):
    from sim import __version__

    assert bufferstock("--version").out == f"bufferstock, version {__version__}\n"


@pytest.mark.parametrize(
    "call",
    [
        "import sim; dir(sim)",
        "sys.argv[1:] = ['--help']; main()",
        "sys.argv[1:] = ['compare', '--help']; main()",
        "sys.argv[1:] = ['run', '--help']; main()",
        "sys.argv[1:] = ['validate', '--help']; main()",
        "sys.argv[1:] = ['list']; main()",
    ],
)
def test_import_and_help_load_nothing_heavy(call):
    """A new process, as a user starts one: nothing that takes long is loaded before it is needed."""
    setup = "import sys" if call.startswith("import sim") else "import sys\nfrom sim.cli.main import main"
    code = (
        f"{setup}\ntry:\n    {call}\nexcept SystemExit as ended:\n    assert ended.code == 0\n"
        f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stderr == "[]\n"
