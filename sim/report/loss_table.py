"""The terminal's table of a loss study: one column for each posture, each number with its interval."""

from __future__ import annotations

from collections.abc import Callable

from rich.table import Table

from sim.report.loss_findings import money_of, period, periods, spanned
from sim.report.style import Money, capital, clipped, percent
from sim.report.tables import FRAME
from sim.studies.loss import Losses
from sim.studies.loss_sample import Estimate, Sample


def table(found: Losses) -> Table:
    """Cost without disruptions, expected loss, share without loss, VaR and CVaR at 95 and 99 %."""
    money = money_of(found)
    made = Table(**FRAME)
    made.add_column(f"{money.unit}, 95 % interval", no_wrap=len(found.postures) <= 3)
    for name in found.postures:
        made.add_column(clipped(name, 24), justify="right")
    calm = [_money(Estimate(one.mean, one.low, one.high, 0.0), money) for one in map(found.calm_cost, found.postures)]
    made.add_row("Cost without disruptions", *calm)
    rows: list[tuple[str, Callable[[Sample], Estimate]]] = [
        ("Expected annual loss" if period(found) == "year" else "Expected loss", lambda one: one.mean),
        ("VaR 95 %: once in 20", lambda one: one.value_at_risk(0.95)),
        ("CVaR 95 %: mean of worst 5 %", lambda one: one.conditional_value_at_risk(0.95)),
        ("VaR 99 %: once in 100", lambda one: one.value_at_risk(0.99)),
        ("CVaR 99 %: mean of worst 1 %", lambda one: one.conditional_value_at_risk(0.99)),
    ]
    for label, read in rows:
        made.add_row(label, *(_money(read(found.sample(name)), money) for name in found.postures))
    shares = [found.sample(name).without_loss for name in found.postures]
    made.add_row(
        f"{capital(periods(found))} without loss",
        *(f"{percent(one.value)} ({percent(one.low)} to {percent(one.high)})" for one in shares),
    )
    return made


def _money(one: Estimate, money: Money) -> str:
    """A number and its interval, in the table's unit."""
    return f"{money.number(one.value)} ({spanned(one, money)})"
