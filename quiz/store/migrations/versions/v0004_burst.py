"""Room for one more care flag in the sums: answers that were sent in a burst."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# Before it stand n, n_detail, n_incomplete and six flags, each of eight bytes.
BEFORE = 9 * 8
NONE = "00" * 8


def upgrade() -> None:
    """Put a zero behind the flags of every cell."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    zero, kind = (f"x'{NONE}'", "BLOB") if on_sqlite else (f"'\\x{NONE}'::bytea", "bytea")
    before, behind = f"substr(sums, 1, {BEFORE})", f"substr(sums, {BEFORE + 1})"
    op.execute(f"UPDATE tally SET sums = CAST({before} || {zero} || {behind} AS {kind})")  # noqa: S608
