"""Reduction along a fixed tree: the same bytes however replications are cut up and in whatever order they come."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.studies.reduction import Folding, Piece, folded, total


@given(st.integers(1, 200), st.randoms(use_true_random=False), st.sampled_from([1, 4, 16, 128]))
def test_any_cuts_in_any_order_give_the_same_bytes(count, luck, most):
    values = np.random.default_rng(count).lognormal(0, 3, (count, 3)) * 1e6
    cuts = sorted({0, count, *(luck.randrange(count + 1) for _ in range(luck.randrange(8)))})
    parts = [range(a, b) for a, b in zip(cuts, cuts[1:], strict=False)]
    luck.shuffle(parts)
    folding = Folding()
    for numbers in parts:
        for piece in folded(list(numbers), values[list(numbers)], most):
            folding.add(piece)
    found, mean, squares = total(folding.pieces)
    expected = total(Piece(n, 1, values[n], np.zeros(3)) for n in range(count))
    assert found == expected[0] == count
    assert mean.tobytes() == expected[1].tobytes()
    assert squares.tobytes() == expected[2].tobytes()
    np.testing.assert_allclose(mean, values.mean(axis=0), rtol=1e-12)
    if count > 1:
        np.testing.assert_allclose(squares / count, values.var(axis=0), rtol=1e-9)


def test_pieces_grow_no_larger_than_asked():
    pieces = folded(list(range(3, 21)), np.ones((18, 1)), 4)
    assert [(piece.first, piece.count) for piece in pieces] == [(3, 1), (4, 4), (8, 4), (12, 4), (16, 4), (20, 1)]


def test_a_gap_is_refused():
    with pytest.raises(ValueError, match="do not follow"):
        total([Piece(1, 1, np.ones(1), np.zeros(1))])
    with pytest.raises(ValueError, match="do not follow"):
        total([Piece(0, 1, np.ones(1), np.zeros(1)), Piece(2, 2, np.ones(1), np.zeros(1))])
