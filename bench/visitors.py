"""Requests of visitors, each one different, as lines for load.lua."""

import random
import time
from urllib.parse import urlencode

from quiz.address import Answered, encode
from quiz.questionnaire import Questionnaire
from quiz.web import visit_token


class Visitors:
    """Visitors of one questionnaire, on a server with this secret."""

    def __init__(self, questionnaire: Questionnaire, secret: str) -> None:
        self.quiz = questionnaire
        self.secret = secret
        self.random = random.Random(20)  # noqa: S311 - the same answers in every run

    def open_quiz(self) -> str:
        """The questionnaire, at an address of its own."""
        return f"GET\t{self._visit()}\t"

    def send_answers(self) -> str:
        """Valid answers under a fresh token."""
        items = [item.id for item in self.quiz.items]
        form = dict(zip(items, map(str, self._answers()), strict=True)) | self._wishes()
        return f"POST\t{self._visit()}\t{urlencode(form | {'count': 'yes', 'pace': '31,28,40,35'})}"

    def read_result(self) -> str:
        """A result that hardly anybody else has."""
        code = encode(Answered(self.quiz, self._answers()))
        return f"GET\t/result/{code}?{urlencode(self._wishes())}\t"

    def see_style(self) -> str:
        """The page of one style."""
        return f"GET\t/style/{self.random.choice(self.quiz.styles).id}\t"

    def _visit(self) -> str:
        return f"/quiz?visit={visit_token.new(self.secret, int(time.time() // 60))}"

    def _answers(self) -> tuple[int, ...]:
        return tuple(self.random.choices(range(1, self.quiz.points + 1), k=len(self.quiz.items)))

    def _wishes(self) -> dict[str, str]:
        asked = {"goal": self.quiz.goals, "setting": self.quiz.settings, "work": self.quiz.works}
        return {name: self.random.choice(options).id for name, options in asked.items() if options}
