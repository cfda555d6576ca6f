"""The sheets that stand in for the bfi data have its sums, and so its figures."""

import numpy as np
import pytest

from tests import reference


def test_the_sheets_have_the_published_sums() -> None:
    sheets = reference.sheets()
    assert sheets.shape == (reference.N, 5)
    assert {int(answer) for answer in np.unique(sheets)} == {1, 2, 3, 4, 5, 6}
    assert (sheets.sum(axis=0) == reference.SUMS).all()
    assert (sheets.T @ sheets == reference.products()).all()


def test_numpy_alone_finds_the_published_alpha_in_them() -> None:
    covariances = np.cov(reference.sheets().T) * np.outer(reference.KEYS, reference.KEYS)
    alpha = 5 / 4 * (1 - np.trace(covariances) / covariances.sum())
    assert alpha == pytest.approx(0.7609326394695517, abs=1e-12)
