"""Numbers and dates as people write them."""

import datetime
from decimal import Decimal

import pytest

from sim.intake.aliases import fields_of, heading
from sim.intake.dates import order_of, period
from sim.intake.numerals import decimal_marks, number
from sim.intake.safe import escaped, unescaped


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,50", ",", 1234.5),
        ("1,234.50", ".", 1234.5),
        ("302.35-", ".", -302.35),
        ("302,35-", ",", -302.35),
        ("(302.35)", ".", -302.35),
        ("-302.35", ".", -302.35),
        ("−5", ".", -5),
        ("+5", ".", 5),
        ("1 234,5", ",", 1234.5),
        ("1\u00a0234,5", ",", 1234.5),
        ("1'234.5", ".", 1234.5),
        ("€ 12,00", ",", 12),
        ("12.00 EUR", ".", 12),
        ("$1,200.00", ".", 1200),
        ("1.5E+03", ".", 1500),
        ("1,5E+03", ",", 1500),
        (".5", ".", 0.5),
        ("5.", ".", 5),
        (7, ".", 7),
        (Decimal("1.50"), ".", 1.5),
        ("", ".", None),
        ("n/a", ".", None),
        (None, ".", None),
    ],
)
def test_numbers(text, decimal, value):
    assert number(text, decimal) == value


@pytest.mark.parametrize(
    "text", ["x", "12 pcs", "1,2,3", "1.2.3", "#REF!", "12,5", True, float("nan"), "5-5", "--5", "1e400", 1e300]
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match="is not a number"):
        number(text, ".")


@pytest.mark.parametrize(
    ("texts", "marks", "open_"),
    [
        (["1.234,50", "7"], {","}, ""),
        (["1,234.50"], {"."}, ""),
        (["1,5"], {","}, ""),
        (["0.125"], {"."}, ""),
        (["1234.567"], {"."}, ""),
        (["1.234.567"], {","}, ""),
        (["1,234"], set(), "1,234"),
        (["1.234", "5"], set(), "1.234"),
        (["1.5", "1,5"], {".", ","}, ""),
        (["12", 3.5, None], set(), ""),
    ],
)
def test_what_proves_a_decimal_mark(texts, marks, open_):
    proof, either = decimal_marks(texts)
    assert (set(proof), either) == (marks, open_)


@pytest.mark.parametrize(
    ("text", "order", "every", "start", "days"),
    [
        ("2025-01-31", None, None, "2025-01-31", 1),
        ("2025-01-31 13:45", None, None, "2025-01-31", 1),
        ("2025-01-31T00:00:00", None, None, "2025-01-31", 1),
        ("20250131", None, None, "2025-01-31", 1),
        (20250131, None, None, "2025-01-31", 1),
        (20250131.0, None, None, "2025-01-31", 1),
        ("31.1.2025", None, None, "2025-01-31", 1),
        ("31.01.25", None, None, "2025-01-31", 1),
        ("01/02/2025", "dmy", None, "2025-02-01", 1),
        ("01/02/2025", "mdy", None, "2025-01-02", 1),
        ("03/03/2025", None, None, "2025-03-03", 1),
        ("5-Mar-25", None, None, "2025-03-05", 1),
        ("5. März 2025", None, None, "2025-03-05", 1),
        ("Mar 5, 2025", None, None, "2025-03-05", 1),
        (45658, None, None, "2025-01-01", 1),
        ("45658", None, None, "2025-01-01", 1),
        (datetime.datetime(2025, 1, 31, 5), None, None, "2025-01-31", 1),
        ("2025-W07", None, None, "2025-02-10", 7),
        ("W07 2025", None, None, "2025-02-10", 7),
        ("KW 7/2025", None, None, "2025-02-10", 7),
        ("202507", None, "week", "2025-02-10", 7),
        ("07.2025", None, "week", "2025-02-10", 7),
        ("202502", None, "month", "2025-02-01", 28),
        ("02.2025", None, None, "2025-02-01", 28),
        ("2024-02", None, None, "2024-02-01", 29),
        ("Feb 2025", None, None, "2025-02-01", 28),
        ("Feb-25", None, None, "2025-02-01", 28),
        ("2025-02-10", None, "week", "2025-02-10", 7),
    ],
)
def test_dates(text, order, every, start, days):
    found = period(text, order, every)
    assert (str(found.start), found.days) == (start, days)


@pytest.mark.parametrize("text", ["", "00000000", "00.00.0000", None, "n/a"])
def test_no_date(text):
    assert period(text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025-02-30", "calendar"),
        ("31.02.2025", "calendar"),
        ("soon", "not a date"),
        ("01/02/2025", "day/month or month/day"),
        ("202507", "week or as a month"),
        ("2025-W54", "not a week"),
        ("13.2025", "not a month"),
        ("Foo 2025", "not a date"),
        (12.5, "not a date"),
        (True, "not a date"),
    ],
)
def test_what_is_no_date(text, told):
    with pytest.raises(ValueError, match=told):
        period(text)


def test_what_proves_the_order_of_day_and_month():
    assert order_of(["01/02/2025", "13/02/2025"]) == ("dmy", "13/02/2025", "")
    assert order_of(["01/02/2025", "02-13-2025"]) == ("mdy", "", "02-13-2025")
    assert order_of(["01/02/2025"])[0] is None
    assert order_of(["13/02/2025", "02/13/2025"])[0] is None
    assert order_of(["13.02.2025"]) == (None, "", "")


@pytest.mark.parametrize(
    ("text", "key", "unit", "currency"),
    [
        ("Lead time (weeks)", "leadtime", "weeks", ""),
        ("Lead Time Days", "leadtime", "days", ""),
        ("lead_time_working_days", "leadtime", "workingdays", ""),
        ("LeadTime", "leadtime", "", ""),
        ("price_gbp", "price", "", "GBP"),
        ("Unit Cost [EUR]", "unitcost", "", "EUR"),
        ("Volume (m3)", "volume", "m3", ""),
        ("Week", "week", "", ""),
        ("Date", "date", "", ""),
    ],
)
def test_headings_with_their_units(text, key, unit, currency):
    found = heading(text)
    assert (found.key, found.unit, found.currency) == (key, unit, currency)


@pytest.mark.parametrize(
    ("role", "text", "field"),
    [
        ("items", "MATNR", "item"),
        ("items", "Materialnummer", "item"),
        ("items", "itemId", "item"),
        ("items", "PLIFZ", "lead_time"),
        ("items", "Safety Stock Days", "safety_stock_days"),
        ("items", "Safety stock (days)", "safety_stock_days"),
        ("items", "Safety Stock Level", "safety_stock"),
        ("items", "Preferred Stock Level", "order_up_to"),
        ("items", "MOQ", "minimum_order"),
        ("demand", "Calendar week", "week"),
        ("deliveries", "Receipt Date", "delivered"),
        ("deliveries", "BEDAT", "ordered"),
        ("stock", "Qty on hand", "on_hand"),
    ],
)
def test_names_of_columns(role, text, field):
    assert [found for found, _ in fields_of(role, text)] == [field]


def test_escaping_undoes_and_leaves_numbers_alone():
    for text in ("=1+1", "@x", "-dash", "+plus", "\tx"):
        assert escaped(text) == f"'{text}"
        assert unescaped(escaped(text)) == text
        assert escaped(escaped(text)) == escaped(text)
    for text in ("-5", "+5", "302.35-", "1.234,50", "plain", "'quoted'"):
        assert escaped(text) == text
