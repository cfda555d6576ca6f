"""The first table: anonymous results.

Migrations only go forward; the way back is a backup.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the index of rows that wait for folding."""
    op.create_table(
        "result",
        sa.Column("receipt", sa.LargeBinary(16), nullable=False),
        sa.Column("questionnaire_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("week", sa.Integer, nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("language", sa.String(64), nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("self_label", sa.String(64), nullable=True),
        sa.Column("goal", sa.String(64), nullable=True),
        sa.Column("setting", sa.String(64), nullable=True),
        sa.Column("flags", sa.Integer, nullable=False),
        sa.Column("folded", sa.Boolean, server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("receipt", name="result_pk"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "result_waiting",
        "result",
        ["folded"],
        sqlite_where=sa.text("NOT folded"),
        postgresql_where=sa.text("NOT folded"),
    )
