"""What a visitor may post. Option values come in; a score never does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.meta import DefaultMeta

from quiz.questionnaire import Item, Option, Questionnaire

PACE_LIMIT = 24 * 60 * 60


@dataclass(frozen=True)
class Problem:
    """A sentence about a field, and the id of the control to go to."""

    anchor: str
    text: str


class BoundOnce(DefaultMeta):
    """Binds each field once and hands out copies: binding anew would cost half of reading a form.

    What a field reads it puts into attributes of its own, never into those that it was made with.
    """

    def bind_field(self, form: Any, unbound_field: Any, options: Mapping[str, Any]) -> Any:
        """The field, for this form alone. Its pattern belongs to no form, so it holds no answer."""
        pattern = vars(unbound_field).get("pattern")
        if pattern is None:
            pattern = unbound_field.bind(form=None, **options, _meta=self)
            pattern.default = pattern.default or _nothing  # WTForms tries to call it, each time
            unbound_field.pattern = pattern
        field = object.__new__(type(pattern))
        vars(field).update(vars(pattern), _form=form, meta=self)
        return field


class SentField(Field):
    """Reads what was sent under its name, once: no default, no filters, no validators."""

    def process(self, formdata: Any, *_args: Any, **_options: Any) -> None:
        """Read all values of this name; note what can't be used."""
        self.process_errors: list[str] = []
        try:
            self.process_formdata(formdata.getlist(self.name) if formdata else [])
        except ValueError as error:
            self.process_errors.append(str(error))

    def validate(self, _form: Any, _extra: Any = ()) -> bool:
        """Whether all that was sent could be used."""
        self.errors = self.process_errors
        return not self.errors


class AnswersField(SentField):
    """All items at once: one pass over the form instead of one field an item."""

    data: tuple[int, ...] | None
    problems: list[Problem]

    def __init__(self, questionnaire: Questionnaire, **options: Any) -> None:
        """`data` becomes one answer (1..points) for each item, or None."""
        super().__init__(**options)
        self.questionnaire = questionnaire
        self.values = {str(point + 1): point + 1 for point in range(questionnaire.points)}

    def process(self, formdata: Any, *_args: Any, **_options: Any) -> None:
        """Read every item's answer; note the missing, repeated and unknown ones."""
        self.data = None
        self.problems = []
        answers = []
        sent = formdata.to_dict(flat=False) if formdata else {}
        for number, item in enumerate(self.questionnaire.items, 1):
            given = sent.get(item.id, ())
            answer = self.values.get(given[0]) if len(given) == 1 else None
            if answer is None:
                self.problems.append(_problem(number, item, given))
            else:
                answers.append(answer)
        self.process_errors = ["open items"] if self.problems else []
        if not self.problems:
            self.data = tuple(answers)


class OptionField(SentField):
    """An optional question: an option id, or None when left open."""

    data: str | None

    def __init__(self, options: Sequence[Option], **rest: Any) -> None:
        """`options` are the ids that may come in."""
        super().__init__(**rest)
        self.known = {option.id for option in options}

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take one known option id."""
        given = [value for value in valuelist if value]
        self.data = given[0] if given else None
        if len(given) > 1 or (given and given[0] not in self.known):
            self.data = None
            raise ValueError("unknown option")


class YesField(SentField):
    """A box to tick."""

    data: bool

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Whether it came with any value but an empty one, or the word for no."""
        self.data = bool(valuelist) and valuelist[0] not in ("", "false")


class PaceField(SentField):
    """Whole seconds spent on each page, as the script measured them; None when it did not."""

    data: tuple[int, ...] | None

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read `12,30,8`. Anything else counts as not measured: it only feeds a care flag."""
        parts = valuelist[0][:200].split(",") if len(valuelist) == 1 else []
        if parts and all(p.isascii() and p.isdigit() and int(p[:9]) <= PACE_LIMIT for p in parts):
            self.data = tuple(int(p[:9]) for p in parts)
        else:
            self.data = None


class QuizForm(Form):
    """The fields of one questionnaire; made by `form_class`."""

    Meta = BoundOnce

    answers: AnswersField
    self_label: OptionField
    goal: OptionField
    setting: OptionField
    work: OptionField
    count = YesField()
    pace = PaceField()

    def process(self, formdata: Any = None, *_args: Any, **_options: Any) -> None:
        """Let each field read what was sent: WTForms looks in more places, none of them used."""
        sent = self.meta.wrap_formdata(self, formdata)
        for field in self._fields.values():
            field.process(sent)

    def validate(self, _extra: Any = None) -> bool:
        """Whether every field could be read. No rule here needs more than its own field."""
        readable = [field.validate(self) for field in self._fields.values()]
        return all(readable)

    def problems(self) -> list[Problem]:
        """What has to be mended, first open item first."""
        optional = [
            Problem(f"{field.name}-1", _("Please choose one of the offered answers."))
            for field in (self.self_label, self.goal, self.setting, self.work)
            if field.errors
        ]
        return self.answers.problems + optional


def _nothing() -> None:
    """What is in a field before somebody fills it in."""


def form_class(questionnaire: Questionnaire) -> type[QuizForm]:
    """The form of a questionnaire; make it once and keep it."""
    fields = {
        "answers": AnswersField(questionnaire),
        "self_label": OptionField(questionnaire.self_labels),
        "goal": OptionField(questionnaire.goals),
        "setting": OptionField(questionnaire.settings),
        "work": OptionField(questionnaire.works),
    }
    return type("BoundQuizForm", (QuizForm,), fields)


def _problem(number: int, item: Item, given: Sequence[str]) -> Problem:
    anchor = f"{item.id}-1"
    if not given:
        return Problem(
            anchor, _("Line %(number)d is still open: %(text)s", number=number, text=item.text)
        )
    return Problem(
        anchor,
        _(
            "Line %(number)d needs one of the offered answers: %(text)s",
            number=number,
            text=item.text,
        ),
    )
