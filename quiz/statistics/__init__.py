"""Statistics of many results: sums that merge by addition, and what may be shown of them."""

from quiz.statistics.cells import Cell, Chosen, ImpossibleFilter, Visits
from quiz.statistics.shape import Shape
from quiz.statistics.tally import Row, Tally

__all__ = ["Cell", "Chosen", "ImpossibleFilter", "Row", "Shape", "Tally", "Visits"]
