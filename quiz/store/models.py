"""The tables. A test holds every column against a list of what may be kept."""

from sqlalchemy import BigInteger, Index, LargeBinary, MetaData, String, Text, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

ID_LENGTH = 64
RECEIPT_BYTES = 16
HASH_BYTES = 32
CARD_BYTES = 16


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
            "questionnaire_id",
            "version",
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
    # Opens the small pictures that a blogger may publish; a hash, like the secret it comes from.
    card: Mapped[bytes] = mapped_column(LargeBinary(CARD_BYTES), unique=True)


class Tally(Base):
    """Sums over results that have one version, source and language and are all flagged or not.

    While a cell is not settled it is one week's, and its rows are all in `result`. A settled
    cell is what retention left of one or more weeks, whose rows are gone.
    """

    __tablename__ = "tally"

    questionnaire_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    language: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    flagged: Mapped[bool] = mapped_column(primary_key=True)
    settled: Mapped[bool] = mapped_column(primary_key=True)
    first_week: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_week: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sums: Mapped[bytes] = mapped_column(LargeBinary)


class VisitCount(Base):
    """How often something happened in a week: a plain counter, no link to a row or a visit."""

    __tablename__ = "visit_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    week: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    language: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    event: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)


class Snapshot(Base):
    """What left the admin's page: figures of one moment, already gated and rounded."""

    __tablename__ = "snapshot"

    scope: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    questionnaire_id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]
    week: Mapped[int]
    body: Mapped[str] = mapped_column(Text)


class Admin(Base):
    """The one admin. `sessions` goes up by one whenever everybody has to sign in again."""

    __tablename__ = "admin"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    password_hash: Mapped[str] = mapped_column(Text)
    changed_week: Mapped[int]
    sessions: Mapped[int]


class Audit(Base):
    """What the admin did, by week."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    week: Mapped[int]
    action: Mapped[str] = mapped_column(String(ID_LENGTH))
    subject: Mapped[str] = mapped_column(Text)


class Fact(Base):
    """Something that is true of this whole database, such as that its people are simulated."""

    __tablename__ = "fact"

    name: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
