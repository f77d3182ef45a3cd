"""The frame of experiments: verdicts by rule, ratios, crossings, pages, checks and tables, on made-up findings."""

import dataclasses
import importlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent.parent.parent
sys.path.insert(0, str(ROOT))

from experiments.support import (  # noqa: E402
    Attack,
    Case,
    Cell,
    Claim,
    Figure,
    Finding,
    Setting,
    Table,
    Verdict,
    cell,
    check,
    estimate,
    flip_of,
    judge,
    lives,
    never,
    page,
    plain_value,
    ratio,
    runner,
    table,
)

VALUES = np.random.default_rng(7).normal(size=40)


def around(mean, error, label="here", wanted="less", than=0.0):
    """A cell of 40 Futures with this mean and standard error."""
    return Cell(label, mean, error, 40, wanted, than)


# --- verdicts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("means", "kind"),
    [
        ((-5, -5), "holds"),
        ((-5, 5), "holds when"),
        ((-5, -0.1), "holds when"),
        ((5, 5), "does not hold"),
        ((5, 0.1), "does not hold"),
        ((0.1, -0.1), "undecided"),
    ],
)
def test_the_verdict_follows_from_its_cells(means, kind):
    found = judge([around(mean, 1.0, str(place)) for place, mean in enumerate(means)])
    assert found.kind == kind
    assert found.condition == ("0" if kind == "holds when" else "")


def test_more_is_wanted_above_a_limit():
    assert judge([around(0.9, 0.01, wanted="more", than=0.8)]).kind == "holds"
    assert judge([around(0.9, 0.01, wanted="more", than=0.95)]).kind == "does not hold"


def test_holm_holds_one_cell_of_many_to_a_harder_test():
    """p = 0.02 alone is enough; beside two that say nothing it is not; beside a certain one it is again."""
    one, nothing, sure = around(-2.42, 1.0), around(0.0, 1.0, "nothing"), around(-9.0, 1.0, "sure")
    assert one.p == pytest.approx(0.0203, abs=1e-3)
    assert judge([one]).kind == "holds"
    assert judge([one, nothing, dataclasses.replace(nothing, label="more")]).kind == "undecided"
    assert judge([one, sure]).kind == "holds"


def test_a_cell_that_never_varies_is_certain_and_one_future_says_nothing():
    assert judge([cell("same", np.full(5, -1.0))]).kind == "holds"
    assert judge([cell("zero", np.zeros(5))]).kind == "undecided"
    assert judge([cell("one", np.array([-1.0]))]).kind == "undecided"
    assert judge([cell("none", np.full(5, np.nan))]).kind == "undecided"


def test_the_false_alarms_of_a_verdict_are_few():
    """400 experiments of 6 cells without any effect, seed 11: some cell decided in at most 5 % and 3 standard errors."""
    rng = np.random.default_rng(11)
    wrong = sum(
        judge([cell(str(place), column) for place, column in enumerate(rng.normal(size=(6, 20)))]).kind != "undecided"
        for _ in range(400)
    )
    assert wrong / 400 < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)


def test_cells_of_a_group_hold_together():
    """A strike is for the claim when both of its cells are; against it when one is."""
    cells = [
        dataclasses.replace(around(-5, 1.0, label), group=label.split(":")[0])
        for label in ("calm: cost", "calm: service", "strike: cost", "strike: service")
    ]
    assert judge(cells).kind == "holds"
    for mean, side in ((0.1, "open"), (5.0, "against")):
        found = judge([*cells[:3], dataclasses.replace(cells[3], mean=mean)], lambda there: f"in {there[0]}")
        assert found.groups == {"calm": "for", "strike": side}
        assert found.words == "holds when in calm"
    found = judge([dataclasses.replace(one, mean=5.0) if one.label.endswith("service") else one for one in cells])
    assert found.kind == "does not hold"


def test_a_verdict_needs_a_condition_where_it_says_when():
    with pytest.raises(ValueError, match="holds when"):
        Verdict("holds when")
    with pytest.raises(ValueError, match="'holds' with"):
        Verdict("holds", "always")
    with pytest.raises(ValueError, match="at least one cell"):
        judge([])


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_the_ratio_of_means_is_where_the_difference_is_nothing():
    """Both ends of Fieller's interval are the r at which the mean of x - r y is just told from 0."""
    rng = np.random.default_rng(5)
    y = rng.normal(10, 2, 30)
    x = 0.4 * y + rng.normal(0, 1, 30)
    found = ratio("r", x, y)
    assert found.mean == pytest.approx(x.mean() / y.mean())
    for end in (found.low, found.high):
        assert cell("end", x - end * y).p == pytest.approx(0.05, abs=1e-9)
    assert ratio("wide", x, rng.normal(0, 1, 30)).high == math.inf


def test_a_crossing_has_an_interval_and_what_never_crosses_says_so():
    at = np.array([0.0, 1.0, 2.0])
    found = flip_of("x", "days", 1.0, at, VALUES[:, None] * 0.1 + at - 1.3, "swept", "below it less")
    assert found.value == pytest.approx(1.3 - 0.1 * VALUES.mean())
    assert found.low < found.value < found.high
    assert not flip_of("x", "days", 1.0, at, VALUES[:, None] * 0.1 + at + 3, "swept", "").found
    assert "no flip" in page.flip_words(never("x", "days", "1", "swept", ""))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.12345, "share", "12.35 %"),
        (-1234.5, "", "−1,234"),
        (0.00012, "", "0.0001"),
        (0.0, "", "0"),
        (1e-9, "", "1e-09"),
        (math.inf, "", "∞"),
        (math.nan, "", "n/a"),
    ],
)
def test_numbers_are_shown_with_a_true_minus_and_few_digits(value, unit, text):
    assert page.shown(value, unit) == text


# --- pages, checks and tables -----------------------------------------------------------------------------------------

CLAIM = Claim(
    3, "made_up", "A | B.", "Is it?", "Nothing is run.", "Both alike.", "Who knows.", (("p", "1", "made up"),), 0.1
)


def made_up(shift=0.0, kept=40):
    """A finding about nothing."""
    values = VALUES[:kept] - 5 + shift
    return Finding(
        verdict=judge([cell("calm", values, unit="days")]),
        headline="It is less.",
        key="gap",
        estimates=(estimate("gap", values, "days"), plain_value("formula", 2.0)),
        tables=(Table("What", ("", "n"), (("a|b", "1"),)),),
        figure=Figure("What is the gap?", lambda axes: axes.plot([1, 2], [3, 4]), "A line [up]."),
        flip=never("x", "days", "1", "swept from 0 to 2", "nothing"),
        attack=Attack("assumed", "changed", "the same"),
        replications=kept,
        limits=("much",),
    )


class Module:
    CLAIM = CLAIM

    def __init__(self, **made):
        self.made = made

    def run(self, setting):
        return made_up(**self.made)


def written(folder, quick=False, **made):
    """The result of a made-up experiment in a folder."""
    source = ROOT / "experiments" / "__main__.py"
    return runner.run(runner.Experiment(source, Module(**made)), Setting(quick=quick), folder)


@pytest.fixture(scope="module")
def committed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results") / "03_made_up"
    written(folder)
    return folder


def test_a_page_has_what_a_planner_and_a_sceptic_look_for(committed):
    told = (committed / "README.md").read_text(encoding="utf-8")
    for part in (
        "**Verdict: holds.** It is less.",
        "![A line (up).](figure.svg)",
        "| a\\|b | 1 |",
        "## What flips it",
        "## What is most likely to be attacked",
        "**Why it is fair to both sides.** Both alike.",
        "| p | 1 | made up |",
        "python -m experiments 3 --check",
    ):
        assert part in told
    assert "quick run" not in told


def test_a_rerun_gives_the_same_bytes_and_a_manifest_that_differs_in_what_is_volatile(committed, tmp_path):
    written(tmp_path / "again")
    found = check.agreement(committed, tmp_path / "again")
    assert found.good
    assert not found.bytes_differ
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in (committed, tmp_path / "again"))
    assert first.pop("volatile") != second.pop("volatile")
    assert first == second
    assert str(ROOT) not in json.dumps(first)


def test_a_check_finds_other_means_and_another_verdict(committed, tmp_path):
    written(tmp_path / "other", shift=2.0)
    found = check.agreement(committed, tmp_path / "other")
    assert found.verdict == ""
    assert found.means
    assert "gap" in found.means[0]
    written(tmp_path / "turned", shift=10.0)
    found = check.agreement(committed, tmp_path / "turned")
    assert "does not hold" in found.verdict
    assert not found.good
    assert "other bytes in README.md" in found.words


def test_a_quick_run_may_leave_open_what_it_cannot_turn_round(committed, tmp_path):
    written(tmp_path / "quick", quick=True, kept=2, shift=4.9)
    found = check.agreement(committed, tmp_path / "quick")
    assert found.verdict == ""
    written(tmp_path / "turned", quick=True, shift=10.0)
    assert "calm speaks the other way" in check.agreement(committed, tmp_path / "turned").verdict


def test_the_summary_table_is_made_from_results(committed):
    lines = table.summary(committed.parent).splitlines()
    assert lines[2].startswith("| 3 | A \\| B. | **Holds** | gap: ")
    assert lines[2].endswith("| [page](results/03_made_up/README.md) |")
    assert "(03_made_up/README.md)" in table.index(committed.parent)


def test_two_estimates_of_one_name_are_refused():
    found = made_up()
    with pytest.raises(ValueError, match="two estimates are called 'gap'"):
        dataclasses.replace(found, estimates=(*found.estimates, found.estimates[0]))
    with pytest.raises(ValueError, match="key number 'lost'"):
        dataclasses.replace(found, key="lost")


# --- lives, and the command -------------------------------------------------------------------------------------------


def looked(outcome, future):
    """Fill rate, and the mean demand of the Future."""
    return outcome.measures["unit_fill_rate"], float(sum(units.sum() for units in future.demand.values()))


def test_lives_are_those_of_compare_and_cases_share_their_futures():
    import sim

    scenario = sim.load("first_strike")
    cases = [
        Case(name, scenario.under(name), (sim.jit().plan(scenario), sim.jic().plan(scenario)))
        for name in scenario.weather_names
    ]
    found = lives(cases, looked, 3, seed=4)
    told = sim.compare(scenario, ("jit", "jic"), 3, seed=4)
    for place, weather in enumerate(told.weathers):
        for column, posture in enumerate(told.postures):
            assert found[:, place, column, 0].tolist() == told.values(weather, posture, "unit_fill_rate").tolist()
    assert (found[..., 1] == found[:, :1, :1, 1]).all()
    assert len(set(found[:, 0, 0, 1])) == 3


def test_the_command_lists_what_there_is_and_refuses_what_is_not(capsys):
    main = importlib.import_module("experiments.__main__").main
    assert main(["99"]) == 2
    assert "there is no experiment 99" in capsys.readouterr().err
    assert main(["--quick", "--check"]) == 2
    assert main(["--table"]) == 0
    assert capsys.readouterr().out.startswith("|  | claim | verdict |")


def test_every_file_tests_the_claim_it_is_named_after():
    for path in runner.files():
        claim = runner.opened(path).claim
        assert claim.slug == path.stem
        assert all((claim.claim, claim.question, claim.design, claim.fair, claim.expected, claim.parameters))
        assert all(source for _, _, source in claim.parameters), claim.slug


def test_the_readme_shows_the_summary_as_it_is_made():
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    if "<!-- claims" in told:
        shown = told.split("<!-- claims -->\n")[1].split("<!-- /claims -->")[0]
        assert shown == table.summary(), "python -m experiments --table"
    assert runner.RESULTS.joinpath("README.md").read_text(encoding="utf-8") == table.index(), "make experiments"
