"""Answers to a short code and back, such as `1-8zk3m9q2xw4ht`.

A version, the packed answers, a check symbol.
Symbols are Crockford's base 32 (no i, l, o, u), read in either case. The check symbol is a
weighted sum over GF(32) with a different weight for neighbouring places, so that any one changed
symbol and any two swapped neighbours are noticed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from quiz.questionnaire import Questionnaire

SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"
VALUE = {symbol: value for value, symbol in enumerate(SYMBOLS)} | {"o": 0, "i": 1, "l": 1}
SHAPE = re.compile(r"([1-9][0-9]{0,5})-([0-9a-z]{2,99})", re.ASCII | re.IGNORECASE)
GF32_POLYNOMIAL = 0b100101


class UnknownAddress(ValueError):
    """The code is no result address: mistyped, cut short, or made by nobody."""


class UnknownVersion(ValueError):
    """The code belongs to a version of the questionnaire that this site does not have."""


@dataclass(frozen=True)
class Answered:
    """What a result address holds: every answer (1..points, item order) and a hasty pace."""

    questionnaire: Questionnaire
    answers: tuple[int, ...]
    hasty: bool = False


def encode(answered: Answered) -> str:
    """The code of complete answers. The same answers always give the same code."""
    points = answered.questionnaire.points
    number = 0
    for answer in answered.answers:
        number = number * points + answer - 1
    number = number * 2 + answered.hasty
    symbols = ""
    for _ in range(_width(answered.questionnaire)):
        number, value = divmod(number, 32)
        symbols = SYMBOLS[value] + symbols
    questionnaire = answered.questionnaire
    return f"{questionnaire.version}-{symbols}{SYMBOLS[_check(questionnaire, symbols)]}"


def decode(code: str, questionnaire_at: Callable[[int], Questionnaire | None]) -> Answered:
    """The answers behind a code; `questionnaire_at` finds the questionnaire of a version.

    Raises UnknownVersion or UnknownAddress.
    """
    match = SHAPE.fullmatch(code)
    if not match:
        raise UnknownAddress(code)
    questionnaire = questionnaire_at(int(match[1]))
    if questionnaire is None:
        raise UnknownVersion(match[1])
    symbols = match[2].lower()
    if len(symbols) != _width(questionnaire) + 1 or any(s not in VALUE for s in symbols):
        raise UnknownAddress(code)
    if VALUE[symbols[-1]] != _check(questionnaire, symbols[:-1]):
        raise UnknownAddress(code)
    number = 0
    for symbol in symbols[:-1]:
        number = number * 32 + VALUE[symbol]
    number, hasty = divmod(number, 2)
    answers = []
    for _ in questionnaire.items:
        number, answer = divmod(number, questionnaire.points)
        answers.append(answer + 1)
    if number:
        raise UnknownAddress(code)
    return Answered(questionnaire, tuple(reversed(answers)), bool(hasty))


def _width(questionnaire: Questionnaire) -> int:
    codes: int = 2 * questionnaire.points ** len(questionnaire.items)
    return -(-(codes - 1).bit_length() // 5)


def _check(questionnaire: Questionnaire, symbols: str) -> int:
    total, place = _identity(questionnaire.id, questionnaire.version)
    for symbol in symbols:
        total ^= PRODUCTS[place % len(PRODUCTS)][VALUE[symbol]]
        place += 1
    return total


@lru_cache(maxsize=64)
def _identity(questionnaire_id: str, version: int) -> tuple[int, int]:
    """The part of the check that every code of a questionnaire shares, and how long it is."""
    total = place = 0
    for byte in f"{questionnaire_id} {version}".encode():
        for half in divmod(byte, 16):
            total ^= PRODUCTS[place % len(PRODUCTS)][half]
            place += 1
    return total, place


def _times(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a & 32:
            a ^= GF32_POLYNOMIAL
    return product


def _products() -> tuple[tuple[int, ...], ...]:
    weight, rows = 1, []
    for _ in range(31):
        rows.append(tuple(_times(value, weight) for value in range(32)))
        weight = _times(weight, 2)
    return tuple(rows)


# PRODUCTS[place][value]: the value times the weight of its place, all 31 powers of 2 in GF(32).
PRODUCTS = _products()
