"""One answer as a student writes it: right, wrong, or not to be marked yet, and never the right answer told."""

import pytest

from sim.lessons.lesson import Exercise
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
        ("B", "letter", "b"),
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
        (0.8, "%", "0.008", "'0.008': a percentage is asked for: a half is 50, not 0.5"),
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


@pytest.mark.parametrize("given", ["", "  ", "\t"])
def test_nothing_is_not_answered(given):
    assert verdict(asked(6, "days"), given) == Verdict(None)
