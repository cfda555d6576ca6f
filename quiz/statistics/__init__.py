"""Statistics of many results: sums that merge by addition, and what may be shown of them."""

from quiz.statistics.cells import Cell, Chosen, ImpossibleFilter, Visits, by_source
from quiz.statistics.choosing import periods
from quiz.statistics.figures import Figures, figures
from quiz.statistics.release import LEAST_NEW, publish, valid_results
from quiz.statistics.shape import Shape
from quiz.statistics.summarising import summarise
from quiz.statistics.summary import Summary, as_json, flat
from quiz.statistics.tally import Row, Tally

__all__ = [
    "LEAST_NEW",
    "Cell",
    "Chosen",
    "Figures",
    "ImpossibleFilter",
    "Row",
    "Shape",
    "Summary",
    "Tally",
    "Visits",
    "as_json",
    "by_source",
    "figures",
    "flat",
    "periods",
    "publish",
    "summarise",
    "valid_results",
]
