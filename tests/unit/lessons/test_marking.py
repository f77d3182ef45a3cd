"""One answer as a student writes it: right, wrong, or not to be marked yet, and never the right answer told."""

import pytest

from sim.lessons import lesson
from sim.lessons.folder import texts
from sim.lessons.lesson import Exercise, Other
from sim.lessons.marking import Verdict, verdict


def asked(answer, unit, tolerance=0.0):
    return Exercise("?", unit, answer, tolerance, "because of 4711")


@pytest.mark.parametrize(
    ("answer", "unit", "given"),
    [
        (48, "units", "48"),
        (48, "units", " 48 units "),
        (48, "units", "48units"),
        (48, "units", "48 Valves"),
        (48, "units", "+48.0"),
        (1, "days", "1 day"),
        (6, "days", "≈ 6 d"),
        (67, "%", "67 %"),
        (67, "%", "67%"),
        (67, "%", "67 percent"),
        (0.5, "EUR", "0,5 €"),
        (0.5, "EUR", "EUR 0.5"),
        (0.5, "EUR", "€.5"),
        (33887, "EUR a year", "33 887 EUR a year"),
        (33887, "EUR a year", "33,887"),
        (33887, "EUR a year", "33887 EUR/year"),
        (13.525, "days", "13,525"),
        (0.8, "%", "0.8"),
        (1440, "units", "1,440"),
        (1440, "units", "1.440,00"),
        (1440, "units", "1,440.00"),
        (1440000, "EUR a year", "1.440.000"),
        (33887, "EUR a year", "33.887,0 EUR"),
        (1.44, "units", "1.440"),
        (13.525, "days", "13.525"),
        ("B", "letter", "b"),
        ("B", "letter", "B)"),
        (0.235, "EUR", "0,235"),
        ("yes", "yes or no", "YES"),
    ],
)
def test_right_however_it_is_written(answer, unit, given):
    assert verdict(asked(answer, unit), given) == Verdict(True)


@pytest.mark.parametrize(
    ("answer", "unit", "given"),
    [
        (48, "units", "47 units"),
        (48, "units", "-48"),
        (67, "%", "68"),
        (67, "%", "0.67 %"),
        (67, "%", "0"),
        (0.8, "%", "0.9"),
        (0.8, "%", "0.008"),
        (0.8, "%", "0.2"),
        (1441, "units", "1.440,00"),
        (13.526, "days", "13.525"),
        (548, "units", "0,548"),
        (33887, "EUR a year", "33 888"),
        (33887, "EUR a year", "0"),
        ("B", "letter", "A"),
        ("yes", "yes or no", "no"),
    ],
)
def test_wrong(answer, unit, given):
    assert verdict(asked(answer, unit), given) == Verdict(False)


@pytest.mark.parametrize(
    ("answer", "unit", "given", "remark"),
    [
        (6, "days", "six", "'six' is not a number"),
        (6, "days", "about 6 days", "'about 6 days' is not a number"),
        (6, "days", "6 or 7", "'6 or 7': a number is asked for, in days"),
        (6, "days", "nan", "'nan' is not a number"),
        (6, "days", "1.2.3", "'1.2.3' is not a number"),
        (6, "days", "True", "'True' is not a number"),
        (48, "units", "48 days", "'48 days': a number is asked for, in units"),
        (48, "units", "48 %", "'48 %': a number is asked for, in units"),
        (54, "EUR", "54 $", "'54 $': a number is asked for, in EUR"),
        (67, "%", "0.67", "'0.67': a percentage is asked for: a half is 50, not 0.5"),
        (67, "%", "0.2", "'0.2': a percentage is asked for: a half is 50, not 0.5"),
        (1, "%", "0.01", "'0.01': a percentage is asked for: a half is 50, not 0.5"),
        (1441, "units", "1.440", "'1.440' may be 1440 or 1.44: write no dot between thousands"),
        (33887, "EUR a year", "33.888", "'33.888' may be 33888 or 33.888: write no dot between thousands"),
        (33887, "EUR a year", "33.9", "'33.9': EUR a year are asked for, not thousands"),
        (33887, "EUR a year", "33.9 k", "'33.9 k': EUR a year are asked for, not thousands"),
        ("B", "letter", "D", "'D': only A, B or C"),
        ("B", "letter", "B and C", "'B and C': only A, B or C"),
        ("yes", "yes or no", "true", "'true': only yes or no"),
        (6, "days", "9" * 400, "'" + "9" * 400 + "' is not a number"),
    ],
)
def test_what_is_no_answer_is_not_marked_and_tells_nothing(answer, unit, given, remark):
    assert verdict(asked(answer, unit), given) == Verdict(None, remark)


def test_how_a_dot_between_thousands_is_read_is_said(bufferstock, tmp_path):
    assert verdict(asked(1440, "units"), "1.440") == Verdict(True, "'1.440' is read as 1440")
    made = lesson(4, "Ada")
    text = texts(made)["answers.toml"].replace('\n5 = ""', f'\n5 = "{made.exercises[4].answer / 1000:.3f}"')
    (tmp_path / "answers.toml").write_text(text, encoding="utf-8")
    assert "5: right ('" in bufferstock("lesson", "check", ".").out


@pytest.mark.parametrize("given", ["6", "6.2", "13", "-4.0", "5,9"])
def test_too_few_decimals_are_told_whether_near_or_far(given):
    exercise = Exercise("?", "days", 6.35, 0.03, "because of 4711", decimals=2)
    assert verdict(exercise, given) == Verdict(None, f"{given!r}: two decimals are asked for")
    assert verdict(exercise, "6.34") == Verdict(True)
    assert verdict(exercise, "6.30") == Verdict(False)
    assert verdict(exercise, "0") == Verdict(False)


def test_another_way_to_an_answer_is_right_within_its_own_tolerance():
    exercise = Exercise("?", "days", 6.0, 0.1, "because of 4711", other=Other("the run", 0.5, lambda: (8.0,)))
    marks = {"6.1": True, "6.2": False, "7.4": False, "7.5": True, "8.5": True, "8.6": False}
    assert {given: verdict(exercise, given).right for given in marks} == marks


@pytest.mark.parametrize("given", ["", "  ", "\t"])
def test_nothing_is_not_answered(given):
    assert verdict(asked(6, "days"), given) == Verdict(None)
