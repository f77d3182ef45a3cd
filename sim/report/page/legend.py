"""The legend of the buffer ledger: what the symbols of its formulas stand for, and whom each formula is from."""

from __future__ import annotations

from sim.report.page.rows import Table

SYMBOLS = (
    ("d", "mean demand", "units a day", "history before day 0"),
    ("sd_d", "standard deviation of a day's demand", "units", "history before day 0"),
    ("L", "mean lead time, from placing an order to its receipt", "days", "published figures, or delivery records"),
    ("sd_L", "standard deviation of the lead time", "days", "as L"),
    ("R", "days between two reviews", "days", "scenario"),
    ("L, L - 1", "days of demand from an order to its receipt: L where reviews are in the morning, L - 1 in the evening",
     "days", "order of a day"),
    ("interval", "L + R after a morning review, L + R - 1 after an evening one, L where review is continuous", "days",
     "order of a day"),
    ("base", "mean demand that the level has to last for; safety stock = level - base", "units", "calculated"),
    ("overshoot", "how far stock has fallen below r when an order is placed; none under continuous review", "units",
     "calculated"),
    ("sigma", "standard deviation of demand over the interval, overshoot included", "units", "calculated"),
    ("z", "safety factor that a posture names, or the normal quantile of a cycle service", "", "posture"),
    ("k", "safety factor at which a normal demand leaves the fill rate's share unserved", "", "calculated"),
    ("G", "normal loss function, G(x) = phi(x) - x (1 - Phi(x)): mean excess of a standard normal over x", "", "formula"),
    ("S", "order-up-to level", "units", "calculated"),
    ("r", "reorder point: at or below it an order is placed", "units", "calculated"),
    ("Q", "order quantity of (r, nQ), a whole number of multiples", "units", "posture's lot x d, or the smallest order"),
    ("Score", "points for impact and fragility of 100, each factor by its weight; what is not known is left out", "points",
     "rules of scoring: bufferstock score --show-rules"),
)  # fmt: skip

SOURCES = (
    ("Classical: S = d (L + R) + z sigma, sigma = sqrt(n sd_d^2 + d^2 sd_L^2) over n days",
     "Hadley and Whitin (1963), chapter 4; with the review period in n: Silver, Pyke and Thomas (2017)"),
    ("Overshoot: E X^2 / 2 E X, mean square E X^3 / 3 E X, X the demand between reviews",
     "renewal theory: Silver, Pyke and Thomas (2017), continuous and periodic review"),
    ("k of a fill rate, by the normal loss function G",
     "Silver, Pyke and Thomas (2017); Hadley and Whitin (1963); G: Zipkin (2000), chapter 6"),
    ("Exact laws: Poisson, negative binomial, gamma; least level that keeps the target",
     "Hadley and Whitin (1963), chapter 5; laws on a lattice: Gerber (1982)"),
    ("Orders that cross: what is outstanding", "Palm (1938)"),
    ("Windows of history joined with recorded lead times",
     "Politis and Romano (1992); Davison, Hinkley and Schechtman (1986)"),
    ("Cover: days x d on top of the level",
     "no formula: the posture's own number of days (jit, jic, hybrid: calibration, section 7)"),
    ("Class of demand", "Syntetos, Boylan and Croston (2005)"),
)  # fmt: skip
READING = (
    "Rules of a posture are tried in order: each number comes from the first rule that the item meets and that names it, "
    "else from the posture itself."
)


def symbol_table() -> Table:
    """The symbols."""
    return Table("Legend", "Symbols of the ledger", ("Symbol", "What", "Unit", "From"), SYMBOLS)


def source_table() -> Table:
    """The formulas."""
    return Table("Sources", "Formulas of the ledger and their sources", ("Formula", "Source"), SOURCES)
