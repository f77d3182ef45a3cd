"""The hash of a study holds everything that decides its numbers."""

import dataclasses

import numpy as np

import sim
from sim.history import History
from sim.runs import digest


def test_the_same_units_on_other_days_are_another_study():
    read = sim.load("first_strike")
    units = {site: np.ones((30, len(items))) for site, items in read.sites.items()}

    def mark(first):
        return digest(dataclasses.replace(read, record=History(first=first, units=units)), (), 1)

    assert mark(-30) == mark(-30)
    assert mark(-30) != mark(-29)
