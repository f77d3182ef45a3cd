"""What every verb promises: it ends by saying what may follow, has --json, and keeps terminals and pipes clean."""

import io
import json
import sys
from pathlib import Path

import click
import pytest

from sim.cli.main import VERBS, commands, main
from sim.cli.options import out

#: without --no-progress: there is no terminal here, so there must be no bar
SMALL = ("-j", "1")
BUNDLED = "first_strike"
#: how each verb is called on little work; RUN and TWIN are folders of one small comparison
CALLS = {
    "list": (),
    "init": ("made",),
    "check": (BUNDLED,),
    "schema": (),
    "import": ("items.csv", "demand.csv", "--warehouse", "W", "--lead-time", "10", "-o", "made"),
    "template": ("-o", "made.xlsx"),
    "profile": (BUNDLED,),
    "score": (BUNDLED, "--no-figures", "-o", "made"),
    "plan": (BUNDLED, "--posture", "jit", "-o", "made.csv"),
    "justify": (BUNDLED, "-n", "2", "--no-figures", "-o", "made", *SMALL),
    "compare": (BUNDLED, "-n", "2", "--postures", "jit", "--no-figures", "-o", "made", *SMALL),
    "select": (BUNDLED, "--postures", "jit,jic", "--indifference", "50000", "-o", "made", *SMALL),
    "resume": ("RUN", *SMALL, "--no-figures"),
    "frontier": (BUNDLED, "-n", "10", "--fresh", "10", "--postures", "jit", "--factors", "1", "--no-figures", "-o", "made",
                 *SMALL),
    "optimise": (BUNDLED, "-n", "10", "--fresh", "10", "--against", "", "-o", "made", *SMALL),
    "sweep": (BUNDLED, "--set", "lost_share=0,1", "-n", "2", "--postures", "jit", "--no-figures", "-o", "made", *SMALL),
    "sensitivity": (BUNDLED, "--list"),
    "events": (),
    "loss": (BUNDLED, "-n", "10", "--postures", "jit", "--no-figures", "-o", "made", *SMALL),
    "stress": (BUNDLED, "--postures", "jit", "--lengths", "7", "--no-figures", "-o", "made", *SMALL),
    "run": (BUNDLED, "--posture", "jit", "-o", "made"),
    "replay": (BUNDLED, "--postures", "jit", "--no-figures", "-o", "made", "-j", "1"),
    "report": ("RUN", "--no-slider", "--no-map", "-o", "made"),
    "validate": ("--quick", "--cases", "S01", "-j", "1"),
    "warmup": (BUNDLED, "-n", "5", "--posture", "jit", "--no-figures", "-o", "made", *SMALL),
    "rerun": ("RUN", "-o", "made", *SMALL),
    "diff": ("RUN", "TWIN"),
    "lesson": ("check", "LESSON"),
    "doctor": (),
    "completion": ("bash",),
}  # fmt: skip
#: verbs whose least work takes a second or more; make test-slow calls them
DEAR = {"justify", "select", "frontier", "optimise", "sweep", "loss", "validate", "warmup", "rerun", "replay", "stress",
        "doctor", "report"}  # fmt: skip
ITEMS = "item;standard cost\npump;900\n"
DEMAND = "item;date;units\n" + "".join(f"pump;2025-01-{day:02d};{day % 3 + 1}\n" for day in range(1, 31))


def called(*arguments):
    """Call within this process, whatever comes of it."""
    before = sys.argv
    sys.argv = ["bufferstock", *arguments]
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = before
    return ended.value.code


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """One small comparison, twice, and a lesson."""
    home = tmp_path_factory.mktemp("promises")
    for name in ("RUN", "TWIN"):
        asked = ("compare", BUNDLED, "-n", "2", "--postures", "jit", "--no-figures", "--json", "-o", str(home / name))
        assert called(*asked, *SMALL) == 0
    assert called("init", str(home / "LESSON"), "--lesson", "1", "--json") == 0
    return home


def verbs():
    return [pytest.param(verb, marks=pytest.mark.slow) if verb in DEAR else verb for verb in CALLS]


def test_no_verb_is_forgotten():
    assert set(CALLS) == set(VERBS)


def command_of(verb):
    """The command that CALLS calls: of a group the one named there."""
    context = click.Context(commands)
    found = commands.get_command(context, verb)
    words = CALLS[verb]
    return (
        found.commands[words[0]] if isinstance(found, click.Group) and words and words[0] in found.commands else found
    )


@pytest.mark.parametrize("verb", list(VERBS))
def test_every_verb_has_json_and_a_bar_that_can_be_left_out(verb):
    command = command_of(verb)
    options = {name for one in command.params for name in one.opts}
    assert "--json" in options
    assert command.help
    source = Path(sys.modules[command.callback.__module__].__file__).read_text(encoding="utf-8")
    if "Stages(" in source or "Bar(" in source:
        assert "--no-progress" in options


def test_colours_go_where_nobody_wants_them(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    def shown():
        monkeypatch.setattr(sys, "stdout", Terminal())
        out(80).print("told", style="red")
        return sys.stdout.getvalue()

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31m" in shown()
    monkeypatch.setenv("NO_COLOR", "1")
    assert shown() == "told\n"


@pytest.mark.parametrize("verb", verbs())
def test_it_ends_with_what_may_follow_and_keeps_pipes_clean(verb, bufferstock, runs, tmp_path, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    (tmp_path / "items.csv").write_text(ITEMS, encoding="utf-8")
    (tmp_path / "demand.csv").write_text(DEMAND, encoding="utf-8")
    asked = [str(runs / word) if word in ("RUN", "TWIN", "LESSON") else word for word in CALLS[verb]]
    ended = bufferstock(verb, *asked)
    assert ended.code == 0, ended.err
    both = ended.out + ended.err
    assert "\x1b" not in both
    assert "\r" not in both
    lines = [line for line in (ended.out if "Next: " in ended.out else ended.err).splitlines() if line.strip()]
    assert any("Next: " in line for line in lines[-4:]), lines[-4:]
    if "made" in asked:
        assert "made" in ended.out, "it does not say where it wrote"
    again = [
        f"{word}-json" if word == "made" else f"json-{word}" if word.startswith("made.") else word for word in asked
    ]
    told = bufferstock(verb, *again, "--json")
    assert told.code == 0, told.err
    assert "\x1b" not in told.out
    json.loads(told.out)
    assert "Next: " not in told.out


def test_one_event_in_full_ends_so_too(bufferstock):
    ended = bufferstock("events", "show", "ila_2024")
    assert ended.out.splitlines()[-1].startswith("Next: bufferstock replay meridian --event")
