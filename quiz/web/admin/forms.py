"""What the admin may send. Every form carries a token that another site can't know."""

from collections.abc import Iterator, Mapping

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, Form, PasswordField, StringField, TextAreaField, ValidationError

from quiz.origins import BadOrigin, origins_of
from quiz.store.sources import KEY, LONGEST_NAME, RESERVED
from quiz.web.admin.passwords import LONGEST, SHORTEST
from quiz.web.forms import Problem

LONGEST_SHOWN = 60
TOKEN = "csrf_token"  # noqa: S105 - the field's name


class AdminForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """A form that can say in sentences what has to be mended."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Reads what a form sends, and no files or JSON: their values need be no texts."""

        def wrap_formdata(self, _form: Form, _given: object) -> Mapping[str, str] | None:
            """The fields of a request that sends some."""
            return request.form if request.method == "POST" else None

    def problems(self) -> list[Problem]:
        """What has to be mended, in the order of the fields."""
        return list(self._sentences())

    def _sentences(self) -> Iterator[Problem]:
        if TOKEN in self.errors:
            yield Problem(
                "main",
                _("This page was open for too long, or came from elsewhere. Please send it again."),
            )
        for field in self:
            if field.name != TOKEN:
                yield from (Problem(field.id, error) for error in field.errors)


class SignedForm(AdminForm):
    """A button, and nothing to fill in."""


def _given(_form: Form, field: Field) -> None:
    if not field.data or len(field.data) > LONGEST:
        raise ValidationError(_("Please type the password."))


class LoginForm(AdminForm):
    """The door."""

    password = PasswordField(validators=[_given])


class PasswordForm(AdminForm):
    """Another password."""

    current = PasswordField(validators=[_given])
    fresh = PasswordField()
    again = PasswordField()

    def validate_fresh(self, field: Field) -> None:
        """Long, and not the old one. Raises ValidationError."""
        if not SHORTEST <= len(field.data or "") <= LONGEST:
            raise ValidationError(_("The new password needs %(n)d characters or more.", n=SHORTEST))
        if field.data == self.current.data:
            raise ValidationError(_("The new password is the same as the one you have."))

    def validate_again(self, field: Field) -> None:
        """The same twice. Raises ValidationError."""
        if field.data != self.fresh.data:
            raise ValidationError(_("The two new passwords are not the same."))


def _why(error: BadOrigin) -> str:
    values = {"site": error.word[:LONGEST_SHOWN]}
    if error.why == "alone":
        return str(_("“%(site)s” stands alone, without other sites beside it.", **values))
    if error.why == "scheme":
        return str(_("“%(site)s” can't be used: write https:// before it.", **values))
    if error.why == "letters":
        return str(
            _(
                "“%(site)s” can't be used: it has letters beyond a to z. Write its xn-- form.",
                **values,
            )
        )
    return str(
        _(
            "“%(site)s” can't be used: write only https:// and the host, such as "
            "https://blog.example.org, without a path.",
            **values,
        )
    )


class SourceForm(AdminForm):
    """What can be changed of a source."""

    name = StringField()
    origins = TextAreaField()

    def validate_name(self, field: Field) -> None:
        """One line. Raises ValidationError."""
        field.data = (field.data or "").strip()
        if not field.data or not field.data.isprintable() or len(field.data) > LONGEST_NAME:
            raise ValidationError(
                _("The name must be 1 to %(n)d characters on one line.", n=LONGEST_NAME)
            )

    def validate_origins(self, field: Field) -> None:
        """Origins, or nothing. Raises ValidationError."""
        try:
            found = origins_of(field.data or "")
        except BadOrigin as error:
            raise ValidationError(_why(error)) from None
        if (field.data or "").strip() and not found:
            raise ValidationError(
                _("A source that nobody may frame is of no use; leave the sites empty.")
            )

    def allowed(self) -> tuple[str, ...]:
        """The origins, once they are checked."""
        return origins_of(self.origins.data or "")


class NewSourceForm(SourceForm):
    """A blog to add."""

    key = StringField()

    def __iter__(self) -> Iterator[Field]:
        """The fields as they stand on the page: the key first."""
        return iter(sorted(super().__iter__(), key=lambda field: field.name != "key"))

    def validate_key(self, field: Field) -> None:
        """A key that can stand in an address. Raises ValidationError."""
        field.data = (field.data or "").strip().lower()
        if not KEY.fullmatch(field.data):
            raise ValidationError(
                _("The key must be 1 to 32 of the letters a to z, digits and hyphens.")
            )
        if field.data in RESERVED:
            raise ValidationError(_("This key is what results without a source are counted under."))
