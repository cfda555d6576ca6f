"""The tables. A test holds every column against a list of what may be kept."""

from sqlalchemy import Index, LargeBinary, MetaData, String, Text, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 64
RECEIPT_BYTES = 16
HASH_BYTES = 32


class Base(DeclarativeBase):
    """Tables share one catalogue; constraints have fixed names so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pk",
            "uq": "%(table_name)s_%(column_0_N_name)s_unique",
            "fk": "%(table_name)s_%(column_0_N_name)s_fk",
            "ck": "%(table_name)s_%(constraint_name)s_check",
        }
    )


class Result(Base):
    """One finished quiz, with nothing in it that leads to a person.

    The key is a hash of the visit's random nonce. There is no serial number and, on SQLite, no
    hidden rowid either: rows lie in the order of their hashes, so nobody can tell who came first.
    """

    __tablename__ = "result"
    __table_args__ = (
        # Only rows that wait for folding are in it: small for ever, and cheap to leave.
        Index(
            "result_waiting",
            "folded",
            sqlite_where=text("NOT folded"),
            postgresql_where=text("NOT folded"),
        ),
        {"sqlite_with_rowid": False},
    )

    receipt: Mapped[bytes] = mapped_column(LargeBinary(RECEIPT_BYTES), primary_key=True)
    questionnaire_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    version: Mapped[int]
    week: Mapped[int]
    source: Mapped[str] = mapped_column(String(ID_LENGTH))
    language: Mapped[str] = mapped_column(String(ID_LENGTH))
    answers: Mapped[bytes] = mapped_column(LargeBinary)
    self_label: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    goal: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    setting: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    flags: Mapped[int]
    folded: Mapped[bool] = mapped_column(server_default=false())


class Source(Base):
    """A blog that embeds the quiz: what its frame's address is checked against."""

    __tablename__ = "source"

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    origins: Mapped[str] = mapped_column(Text)
    audience: Mapped[bytes] = mapped_column(LargeBinary(HASH_BYTES), unique=True)
    created_week: Mapped[int]
    retired_week: Mapped[int | None]
