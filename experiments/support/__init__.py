"""What every experiment needs: a claim, a setting, a verdict by rule, a finding, and the page made from it."""

from experiments.support.claim import Claim
from experiments.support.figure import Figure
from experiments.support.finding import Attack, Estimate, Finding, Table, estimate, plain_value, ratio
from experiments.support.flip import Flip, flip_of, never
from experiments.support.lives import Case, lives
from experiments.support.setting import Setting
from experiments.support.verdict import Cell, Verdict, cell, judge

__all__ = [
    "Attack",
    "Case",
    "Cell",
    "Claim",
    "Estimate",
    "Figure",
    "Finding",
    "Flip",
    "Setting",
    "Table",
    "Verdict",
    "cell",
    "estimate",
    "flip_of",
    "judge",
    "lives",
    "never",
    "plain_value",
    "ratio",
]
