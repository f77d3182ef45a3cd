"""What docs/coverage.md says beside its tables."""

HEAD = """# Do intervals hold what they promise?

This page is made by `python tools/interval_coverage.py measure`, `resample` and `page`; no number in its tables is
typed. The tables, with what they were made with, are in [results/coverage](../results/coverage/README.md).

An interval of 95 % should hold the truth in 95 of 100 studies. Whether it does can be seen only where the truth is
known exactly. So {experiments} studies were run on each of two models with known answers, and counted. Every interval
comes from the function that the program prints from. A share near 95 % is known to ± {error:.1f} points (one standard
error; ± 0.9 near 90 %). Within a row the studies of 30 are the beginning of those of 200, and so on, so its figures
move together. **Bold**: outside 93 to 97 %.

In short: from 1,000 replications on, means and paired differences hold in {means} % of studies, but for a cost that
comes once in 138 futures, and there the program warns; CVaR 95 in {tails} %. Below, see [from which n
on](#from-which-n-on).

## The two models

**S19, the loss of a year.** A Poisson number of events (0.8 a year), each with an exponential loss (mean 1.5
million); see [validation](validation.md). 45 % of years lose nothing, and the law is skewed (2.4). The pair: a
posture that bears each loss in full (*bare*), and one whose buffer takes the first million of each (*covered*). What
is left of an exponential loss above a level is exponential again, so both laws are known exactly. Years are drawn as
they come (*plain*) and by strata, as `bufferstock loss` does by default. They are drawn from the law itself; that the
engine lives that law is [held apart](validation.md).

**The engine.** One warehouse, reviewed every morning, Poisson demand of 2 a day, a lead time of one day; a unit on
hand costs 1 a year, a unit that waits 10. Four base-stock levels live through the same futures of 28 days: *lean*
(4), *middle* (6), *ample* (9), *fortress* (12). The evening's stock is the level less the demand of two days, so the
law of the cost of 28 days can be carried forward day by day, exactly, and with it mean and CVaR. Some days before the
first booked one are lived too: from then on stock follows from demand alone, and nothing of the start is left. Items
do not influence each other: one run of the engine with 5,000 items is 5,000 replications of a shop with one, each
demand drawn from its own stream.

"""

RARE = """## What happens rarely

The backorder cost of the ample stock is 0 in 82 % of futures (skewness 4), that of the fortress in 99.3 % (skewness
19): one future in 138 pays for all. Few replications see too few of them, or none, and then the interval is too
narrow, or shrinks to 0 alone.

"""

TRUST = """## From which n on

The smallest size from which on all sizes measured held the truth in 93 % of studies or more:

"""

ADVICE = """
So:

- **Means and paired differences** of costs whose law is not far from symmetric keep their promise from 30
  replications on; skewed ones (S19) want 200.
- **A paired difference that rests on a rare loss** (ample against fortress) inherits the rare part: at 30 it misses
  in one study of eight.
- **CVaR 95** rests on one replication in twenty. Plain sampling of 30 gives no interval at all; at 200 it misses in
  up to one study of seven, nearly always because the truth is worse than it says; from 1,000 on it holds in about 93
  to 96 %, the lower end where the tail is long (S19).
- **A cost that most futures do not have** cannot be believed before some dozens of futures have had it: with 7 of
  them on average (fortress, 1,000 replications) the interval misses in one study of ten, with 36 (5,000) it is all
  but right. Strata help where what is rare is an incident, since they look at the rare futures more often.
- **Shares of futures** (Wilson) keep their promise even where hardly anything happens.

When an interval misses in a small study, it is nearly always on the same side: the truth is *worse* than the interval
says (`truth_above` in `coverage.csv`). A cautious reader leans that way.

"""

WARN = """## Where the program warns

`compare` and others say so where an interval should not be believed (`sim.statistics.trust`): few values, values too
skewed for their number, a single one that carries the spread, events seen too seldom. The table says in how many
studies it does, and, where {enough} studies or more are left without a warning, how often *their* intervals hold the
truth (per cent).

"""

WARNED = """
So the warning is where it should be for means, paired differences and shares: wherever intervals held in less than 93
% of studies, nearly every study was warned. At 30 it also warns of many that are right; 30 values tell little of
their own skewness. **Not warned of is CVaR 95 at 200 replications**: ten values beyond the quantile pass for enough,
and they are not.

"""

LOOKS = """## Looking again and again

Who looks at an interval at 50, 100, 150, 200, 300 … {most:,} replications ({looks} looks) and stops when it pleases
is wrong more often. The table says in how many studies, per cent, the interval missed the truth at *any* look:
Student's interval of 95 %, and the one that `--precision` uses, which is made for looking (`sim.statistics.looks`).
*Only looks believed* leaves out looks with fewer values than their skewness needs, before which `--precision` does
not stop. *Sign* is the rule that stops once the sign is certain at 99 %, on values whose true mean was taken away:
every stop is an error. *Where it stops* lets the rule of `--precision 0.05` stop by itself and asks whether its last
interval misses.

"""

LOOKED = """
Looking {looks} times at Student's interval misses the truth in {student} % of studies. Intervals made for looking
should have spent {spent:.1f} % of error by then, and do where the law is not far from symmetric. Where it is skewed
their first looks are too narrow, as any interval of 50 skewed values is: up to {worst} %. Leaving those looks out, as
the program does, brings the error to {believed} %. A sign said to be certain at 99 % is wrong in {sign} % of studies
that have no sign at all, and the last interval of the rule for precision misses in {stop} %: it is wider than it need
be, since a study that stops late has most of its looks behind it.

"""

RESAMPLE = """## Resampling, where Student is in trouble

The same models, {experiments} experiments, 1,000 resamples each; none of 5,000 replications.

"""

RESAMPLED = """
The studentised bootstrap repairs means of skewed costs at 30 and 200 replications, at the price of wider intervals.
It cannot know of what no replication has seen: where 30 replications hold no backorder at all, resampling them finds
none either. For CVaR 95 the bootstrap is no better than Student's interval of the tail, and at 30, where that one
declines to answer, it gives an interval that is wrong more often than right. Order statistics hold the VaR at any
size; with 30 replications they set no upper end.

"""

SELECT = """## Selecting the best

`bufferstock select` (Kim and Nelson 2001) promises: if the best is better than each of the others by the indifference
or more, it is selected with a probability of at least 95 %. The slippage configuration of that paper is the hardest
for it: all others are worse by *exactly* the indifference, equal among themselves, all variances equal; here the
indifference is sd / √10, the first stage 10, values are normal, 1,000 experiments, without and with correlation
between the systems (common random numbers).

"""

TAIL = """## Not measured

Intervals of VaR, and of CVaR at 99 %: see [the loss of a year](loss.md). Dependence between replications: there is
none, replications are independent by construction. Wrong assumptions: an interval tells how far a number would move
with more replications, and never whether the scenario is right.
"""
