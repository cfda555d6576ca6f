"""Answer sheets that have the published sums of the bfi extraversion items, down to the last one.

The data themselves are not here. But every figure (alpha, item-total, omega ...) is a function of
n, the sums and the sums of products, so any sheets with these sums must give R psych's figures.
"""

import numpy as np
import numpy.typing as npt

Sheets = npt.NDArray[np.int64]

N = 2713
SUMS = np.array([8062, 8531, 10852, 11994, 11987])
LOWER = (
    (31184,),
    (28680, 33831),
    (30335, 31899, 48368),
    (32930, 34441, 50215, 58816),
    (33855, 35496, 49826, 54667, 57809),
)
KEYS = (-1, -1, 1, 1, 1)
POINTS = 6


def products() -> Sheets:
    """The sums of products as a whole matrix."""
    lower = np.array([[*row, *[0] * (5 - len(row))] for row in LOWER])
    return np.where(lower, lower, lower.T)


def sheets() -> Sheets:
    """`N` rows of five answers, always the same ones: n, sums and products are as published."""
    random = np.random.default_rng(2713)
    wanted = products()
    columns = [_column(SUMS[i], wanted[i, i]) for i in range(5)]
    spread = wanted / N - np.outer(SUMS, SUMS) / N**2
    latent = random.multivariate_normal(np.zeros(5), spread, N)
    rows = np.empty((N, 5), dtype=np.int64)
    for i, column in enumerate(columns):
        rows[np.argsort(latent[:, i]), i] = column
    _near(rows, wanted, random)
    _exact(rows, wanted)
    return rows


def _column(total: int, squares: int) -> Sheets:
    """`N` answers in rising order with this sum and this sum of squares."""
    mean = total / N
    sd = (squares / N - mean**2) ** 0.5
    even = (np.arange(N) + 0.5) / N
    normal = np.sort(np.random.default_rng(1).standard_normal(200_001))
    column = np.rint(mean + sd * np.quantile(normal, even)).clip(1, POINTS).astype(np.int64)
    for _ in range(abs(total - column.sum())):  # one answer a step up or down
        step = 1 if column.sum() < total else -1
        column[np.flatnonzero(column == round(mean))[0]] += step
    while (column**2).sum() != squares:  # two answers apart by a step, or together
        if (column**2).sum() < squares:
            value = next(v for v in (3, 4, 2, 5) if (column == v).sum() > 1)
            low, high = np.flatnonzero(column == value)[:2]
        else:
            value = next(
                v for v in (3, 4, 2, 5) if (column == v - 1).any() and (column == v + 1).any()
            )
            high, low = (
                np.flatnonzero(column == value - 1)[0],
                np.flatnonzero(column == value + 1)[0],
            )
        column[low] -= 1
        column[high] += 1
    return np.sort(column)


def _near(rows: Sheets, wanted: Sheets, random: np.random.Generator) -> None:
    """Swap answers between people while that brings the products closer."""
    for one, two, item in random.integers(0, (N, N, 5), (60_000, 3)):
        miss = wanted[item] - rows.T[item] @ rows
        change = (rows[two, item] - rows[one, item]) * (rows[one] - rows[two])
        change[item] = 0
        if np.abs(miss - change).sum() < np.abs(miss).sum():
            rows[[one, two], item] = rows[[two, one], item]


def _exact(rows: Sheets, wanted: Sheets) -> None:
    """Mend the last differences: two people who differ in two items by one swap one of them."""
    for i in range(5):
        for j in range(i):
            while miss := int(wanted[i, j] - rows[:, i] @ rows[:, j]):
                _swap_alike(rows, i, j, 1 if miss > 0 else -1)


def _swap_alike(rows: Sheets, i: int, j: int, way: int) -> None:
    """Change the sum of products of items `i` and `j` by `way` and nothing else."""
    first: dict[tuple[int, ...], int] = {}
    for number, row in enumerate(rows):
        first.setdefault(tuple(row), number)
    for sheet, number in first.items():
        other = list(sheet)
        other[i] += 1
        other[j] -= way
        if (partner := first.get(tuple(other))) is not None:
            rows[number, i], rows[partner, i] = other[i], sheet[i]
            return
    raise AssertionError("no two people are alike enough")
