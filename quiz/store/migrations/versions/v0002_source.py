"""The blogs that embed the quiz."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "source",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("origins", sa.Text, nullable=False),
        sa.Column("audience", sa.LargeBinary(32), nullable=False),
        sa.Column("created_week", sa.Integer, nullable=False),
        sa.Column("retired_week", sa.Integer, nullable=True),
        sa.PrimaryKeyConstraint("key", name="source_pk"),
        sa.UniqueConstraint("audience", name="source_audience_unique"),
    )
