"""What the statistics need: sums, counters, snapshots; the admin; and a card for each source."""

import hashlib
from base64 import urlsafe_b64encode

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, let rows wait by version, and give the sources their cards."""
    op.drop_index("result_waiting", table_name="result")
    op.create_index(
        "result_waiting",
        "result",
        ["questionnaire_id", "version"],
        sqlite_where=sa.text("NOT folded"),
        postgresql_where=sa.text("NOT folded"),
    )
    op.create_table(
        "tally",
        sa.Column("questionnaire_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("settled", sa.Boolean, nullable=False),
        sa.Column("first_week", sa.Integer, nullable=False),
        sa.Column("last_week", sa.Integer, nullable=False),
        sa.Column("sums", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint(
            "questionnaire_id",
            "version",
            "source",
            "language",
            "flagged",
            "settled",
            "first_week",
            "last_week",
            name="tally_pk",
        ),
    )
    op.create_table(
        "visit_count",
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("n", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("week", "source", "language", "event", name="visit_count_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("questionnaire_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "questionnaire_id", "version", "number", name="snapshot_pk"
        ),
    )
    op.create_table(
        "admin",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("changed_week", sa.Integer, nullable=False),
        sa.Column("sessions", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="admin_pk"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pk"),
    )
    op.create_table(
        "fact",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="fact_pk"),
    )
    _give_cards()


def _give_cards() -> None:
    """A card comes from the secret's hash, so that old secrets have one too."""
    # Made anew rather than altered: SQLite can't add a column that must not be empty.
    sources = op.get_bind().execute(sa.text("SELECT * FROM source")).mappings().all()
    op.drop_table("source")
    table = op.create_table(
        "source",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("audience", sa.LargeBinary(32), nullable=False),
        sa.Column("created_week", sa.Integer, nullable=False),
        sa.Column("retired_week", sa.Integer, nullable=True),
        sa.Column("card", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("key", name="source_pk"),
        sa.UniqueConstraint("audience", name="source_audience_unique"),
        sa.UniqueConstraint("card", name="source_card_unique"),
    )
    rows = [{**source, "card": _hash_of_card(source["audience"])} for source in sources]
    if rows:
        op.bulk_insert(table, rows)


def _hash_of_card(audience: bytes) -> bytes:
    derived = hashlib.sha256(b"card:" + audience).digest()[:16]
    card = urlsafe_b64encode(derived).rstrip(b"=")
    return hashlib.sha256(card).digest()[:16]
