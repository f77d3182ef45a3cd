"""Tables and sentences: what a planner reads first, and what may be claimed."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console, RenderableType

from sim.measures import MEASURES
from sim.report.findings import clear, first_two, money_of, order, sentence, together, verdict, verdicts
from sim.report.style import Money, clipped, number, percent
from sim.report.tables import closing, pairs_table, table
from sim.studies.compare import Comparison

SAME = {
    "calm": {"jit": (1e6, 1e4), "hybrid": (2e6, 1e4), "jic": (3e6, 1e4)},
    "strike": {"jit": (2e6, 1e4), "hybrid": (3e6, 1e4), "jic": (4e6, 1e4)},
    "crisis": {"jit": (3e6, 1e4), "hybrid": (4e6, 1e4), "jic": (5e6, 1e4)},
}
CHANGED = {
    "calm": {"jit": (1e6, 1e4), "hybrid": (2e6, 1e4), "jic": (3e6, 1e4)},
    "strike": {"jit": (2.5e6, 1e4), "hybrid": (2e6, 1e4), "jic": (3e6, 1e4)},
}
UNCERTAIN = {
    "strike": {"jit": (2.0e6, 2e6), "hybrid": (1.9e6, 2e6), "jic": (9e6, 1e4)},
    "calm": {"jit": (1e6, 1e4), "hybrid": (2e6, 1e4), "jic": (3e6, 1e4)},
}
Make = Callable[..., Comparison]


def shown(what: RenderableType, width: int = 100) -> str:
    """What stands in a file that the table is written to."""
    console = Console(file=io.StringIO(), width=width)
    console.print(what)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_table_is_plain_text_of_100_columns(real: Comparison) -> None:
    text = shown(table(real), 200)
    assert "\x1b" not in text
    rows = [line.rstrip() for line in text.splitlines() if "sharing futures" not in line]
    assert max(len(line) for line in rows) <= 100
    for words in ("Strike: $ thousand a year", "Calm:", "Carrying", "Stockouts", "Total", "Turns", "hybrid", "±"):
        assert words in text


def test_table_fits_100_columns_at_its_widest(invented: Make) -> None:
    totals = {name: (1.2e6 * place, 2e4) for place, name in enumerate(("jit", "a_posture_with_a_long_name"), 1)}
    made = invented({"calm": totals})
    made = replace(made, scenario=replace(made.scenario, currency="CNY"))
    text = shown(table(made))
    lines = text.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("a_post"))
    rest = "".join(line.split()[0] for line in lines[place : place + 4])
    assert rest.startswith("a_posture_with_a_long_name")
    assert "1.20 ± 0.01 *" in text
    assert "CNY" in text


def test_narrow_terminals_get_fewer_columns_not_cut_ones(real: Comparison) -> None:
    text = shown(table(real), 72)
    assert "too narrow for: turns" in text
    assert "hybrid" in text
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= 72


def test_rows_are_ranked_and_the_cheapest_is_marked(invented: Make) -> None:
    text = shown(table(invented(CHANGED)))
    calm, strike = text[text.index("Calm") : text.index("Strike")], text[text.index("Strike") :]
    assert calm.index("jit ") < calm.index("hybrid ") < calm.index("jic ")
    assert strike.index("hybrid ") < strike.index("jit ") < strike.index("jic ")
    assert "* clearly least in total" in calm
    assert "jit costs $1.00 m a year less than hybrid (1.00 to 1.00); cheaper in 100 % of futures" in calm


def test_table_marks_all_that_may_be_cheapest(invented: Make) -> None:
    made = invented(UNCERTAIN)
    strike = shown(table(made)).split("Calm")[0]
    assert "not clear which" in strike
    assert "but not clearly (" in strike
    assert [line.split()[0] for line in strike.splitlines() if line.rstrip().find(" ?  ") > 0] == ["hybrid", "jit"]


def test_pairs_table_names_every_pair(invented: Make) -> None:
    text = shown(pairs_table(invented(CHANGED)))
    assert text.count("jit − hybrid") == 2
    assert "yes" in text


def test_closing_same_ranking(invented: Make) -> None:
    assert closing(invented(SAME)) == [
        "The ranking of postures by total cost is the same in all three weathers (calm, strike, crisis): "
        "jit < hybrid < jic."
    ]


def test_closing_changed_ranking(invented: Make) -> None:
    assert closing(invented(CHANGED)) == [
        "The ranking of postures by total cost changes with the weather: "
        "jit costs less than hybrid in calm, more in strike.",
        "Cheapest first: jit < hybrid < jic in calm; hybrid < jit < jic in strike.",
    ]


def test_closing_uncertain_claims_no_change(invented: Make) -> None:
    lines = closing(invented(UNCERTAIN))
    assert lines == [
        "The ranking by mean total cost differs between weathers, but no two postures clearly change places.",
        "Cheapest first: hybrid ≈ jit < jic in strike; jit < hybrid < jic in calm (<: clear of all that follow; ≈: not).",
        "Not certain in strike: no clear ranking between hybrid and jit; both cost less than jic (40 futures).",
    ]


def test_closing_same_means_but_not_certain(invented: Make) -> None:
    lines = closing(
        invented({"calm": SAME["calm"], "strike": {"jit": (1e6, 5e6), "hybrid": (1.1e6, 5e6), "jic": (9e6, 1)}})
    )
    assert lines[0] == "By mean total cost the ranking is the same in both weathers, but it is not certain in each."
    assert lines[1].startswith("Not certain in strike: no clear ranking between jit and hybrid")


def test_closing_one_weather(invented: Make) -> None:
    assert closing(invented({"calm": SAME["calm"]})) == [
        "The ranking of postures by total cost in calm: jit < hybrid < jic."
    ]
    assert closing(invented({"calm": {"jit": (1.0, 1.0)}})) == []


def test_verdict_claims_what_is_clear_and_no_more(invented: Make) -> None:
    made = invented(UNCERTAIN)
    assert verdict(made, "calm") == "jit costs least in total, hybrid second"
    assert verdict(made, "strike") == "no clear ranking between hybrid and jit; both cost less than jic"
    behind = invented({"calm": {"jit": (1e6, 1e4), "hybrid": (5e6, 3e6), "jic": (5.1e6, 3e6)}})
    assert verdict(behind, "calm") == "jit costs least in total; no clear ranking between hybrid and jic"
    none = invented({"calm": {"jit": (1e6, 1e6), "hybrid": (1.01e6, 1e6), "jic": (1.02e6, 1e6)}})
    assert verdict(none, "calm") == "no clear ranking of jit, hybrid and jic"


def test_verdicts_say_the_same_thing_once(invented: Make) -> None:
    assert verdicts(invented(SAME)) == "In all three weathers: jit costs least in total, hybrid second"


@pytest.mark.parametrize("gap", [0.0, 0.2, 0.3, 0.4, 0.6, 1.0])
def test_clear_is_certain_at_every_step(invented: Make, gap: float) -> None:
    made = invented({"calm": {"jit": (1.0, 1.0), "hybrid": (1.0 + gap, 1.0), "jic": (1.0 + 2 * gap, 1.0)}})
    ranked = made.ranking("calm")
    steps = [clear(made, "calm", a, b) for a, b in itertools.pairwise(ranked)]
    assert all(steps) == made.certain("calm")
    assert ("≈" in order(made, "calm")) == (not made.certain("calm"))


def test_an_interval_clear_by_itself_is_not_enough(invented: Make) -> None:
    for gap in np.arange(0.2, 0.8, 0.01):
        made = invented({"calm": {"jit": (1.0, 1.0), "hybrid": (1.0 + gap, 1.0), "jic": (1.0 + gap, 1.0)}})
        best, second = made.ranking("calm")[:2]
        one = made.pair("calm", best, second, "total_cost").difference
        if one.high < 0 and not clear(made, "calm", best, second):
            break
    else:
        pytest.fail("no such gap")
    assert first_two(made, "calm", money_of(made, ("total_cost",))).endswith("but not clearly over all pairs at once")


def seen(invented: Make, values: dict[str, list[float]]) -> Comparison:
    """A comparison in calm whose total costs are exactly these."""
    made = invented({"calm": dict.fromkeys(values, (1.0, 1.0))})
    place = [measure.name for measure in MEASURES].index("total_cost")
    count = len(next(iter(values.values())))
    measures = made.measures[:count].copy()
    for posture, row in enumerate(values.values()):
        measures[:, 0, posture, place] = row
    return replace(made, measures=measures, numbers=tuple(range(count)))


def test_a_pair_is_clear_by_its_own_interval_over_all_pairs_and_by_no_other_way(invented: Make) -> None:
    found = 0
    for gap in np.arange(0.2, 0.8, 0.01):
        made = invented({"calm": {"jit": (1.0, 1.0), "hybrid": (1.0 + gap, 1.0), "jic": (1.0 + 2 * gap, 1.0)}})
        told = made.document("calm")["pairs"]
        for one in (one for one in told if one["measure"] == "total_cost"):
            sure = one["low_all_pairs"] > 0 or one["high_all_pairs"] < 0
            assert clear(made, "calm", one["a"], one["b"]) == sure
            mine = together(made, "calm", one["a"], one["b"])
            assert (mine.low, mine.high) == pytest.approx((one["low_all_pairs"], one["high_all_pairs"]))
            found += sure
    assert 0 < found < 180


def test_a_sign_holds_for_all_that_follow_and_agrees_with_the_verdict(invented: Make) -> None:
    # hybrid is clear of jic, which goes with it, and not of jit, which swings
    base = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]
    values = {
        "hybrid": base,
        "jic": [one + 1 + shake for one, shake in zip(base, (0.1, -0.1, 0.05, -0.05, 0.02, -0.02), strict=True)],
        "jit": [one + 2 + shake for one, shake in zip(base, (40, -40, 30, -30, 20, -20), strict=True)],
    }
    made = seen(invented, values)
    assert made.ranking("calm") == ["hybrid", "jic", "jit"]
    assert clear(made, "calm", "hybrid", "jic")
    assert not clear(made, "calm", "hybrid", "jit")
    assert order(made, "calm") == "hybrid ≈ jic ≈ jit"
    assert verdict(made, "calm") == "no clear ranking between hybrid and jit"


def test_futures_in_which_both_cost_the_same_are_no_wins(invented: Make) -> None:
    made = seen(invented, {"jit": [1.0, 2.0, 3.0, 4.0], "jic": [1.0, 2.0, 3.0, 5.0]})
    money = money_of(made, ("total_cost",))
    assert "; cheaper in 25 % of futures, the same in 75 %" in sentence(made, "calm", money)
    assert "25 %" in shown(pairs_table(made))
    same = seen(invented, {"jit": [1.0, 2.0, 3.0, 4.0], "twin": [1.0, 2.0, 3.0, 4.0]})
    assert sentence(same, "calm", money) == "jit costs the same as twin in every future."
    assert "50 %" not in shown(pairs_table(same))


@pytest.mark.parametrize(
    ("amounts", "size", "ends"),
    [
        ((0.3, 0.004, 0.6), "$0.30", ("less than 0.01", "0.60")),
        ((1e-9, 1e-9, 1e-9), "less than $0.01", ("less than 0.01", "less than 0.01")),
        ((12.0, 3.0, 21.0), "$12", ("3", "21")),
        ((1.2e6, 4e3, 2.396e6), "$1.200 m", ("0.004", "2.396")),
        ((0.0, 0.0, 5.0), "$0", ("0", "5")),
    ],
)
def test_what_is_not_0_never_reads_as_0(amounts, size, ends) -> None:
    money = Money.of("USD", amounts).showing(amounts)
    assert (money.size(amounts[0]), tuple(money.bare(one) for one in amounts[1:])) == (size, ends)


def test_one_future_is_no_evidence(invented: Make) -> None:
    made = invented(SAME, futures=1)
    text = shown(table(made))
    assert "one future, no intervals" in text
    assert "no evidence" in text
    assert "n/a" not in text
    assert all("no clear ranking" in line for line in closing(made)[1:])


def test_names_with_brackets_are_not_markup(invented: Make) -> None:
    text = shown(table(invented({"[red]calm": {"[bold]": (1e6, 1e4), "jit": (2e6, 1e4)}})))
    assert "[bold]" in text
    assert "[red]calm" in text


def test_purchase_prices_are_named_where_they_count(invented: Make) -> None:
    made = invented(SAME)
    assert "and price" not in shown(table(made))
    made.measures[..., [measure.name for measure in MEASURES].index("purchase_price_variance")] = 1e5
    assert "and price" in shown(table(made))


@pytest.mark.parametrize(
    ("currency", "amounts", "amount", "text"),
    [
        ("USD", [2.1e5], 2.1e5, "$210 k"),
        ("USD", [1.23e6], 2.1e5, "$0.21 m"),
        ("EUR", [12.3e6], -2.16e6, "−€2.2 m"),
        ("CNY", [5e9], 5e9, "CNY 5.00 bn"),
        ("GBP", [12.0], 12.0, "£12"),
        ("USD", [float("nan")], float("nan"), "$n/a"),
    ],
)
def test_money(currency: str, amounts: list[float], amount: float, text: str) -> None:
    assert Money.of(currency, amounts).text(amount) == text


def test_numbers() -> None:
    assert number(-0.001, 1) == "0.0"
    assert number(1234.5, 1, plus=True) == "+1,234.5"
    assert percent(0.9999) == "> 99 %"
    assert percent(0.0001) == "< 1 %"
    assert percent(1.0) == "100 %"
    assert percent(0.93) == "93 %"
    assert clipped("short") == "short"
    assert clipped("abcdefghijkl", 8) == "abcd…jkl"
