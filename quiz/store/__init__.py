"""Where anonymous results are kept: SQLite or PostgreSQL behind a handful of functions.

The only rooms that know SQLAlchemy. Everything but `migrate` needs an application context of an
app that was given to `init_app`. When a database fails, nothing but `StoreError` gets out of here.
"""

from quiz.store import admins, audit, counts, facts, folding, outbox, results, snapshots, sources
from quiz.store.backing_up import backup
from quiz.store.database import close, db, init_app
from quiz.store.engines import StoreError
from quiz.store.migrating import migrate, ready, state_of
from quiz.store.saving import (
    Busy,
    Outcome,
    Submission,
    count,
    drain,
    outbox_bytes,
    save,
    waiting_in_outbox,
)
from quiz.store.withdrawing import withdraw

__all__ = [
    "Busy",
    "Outcome",
    "StoreError",
    "Submission",
    "admins",
    "audit",
    "backup",
    "close",
    "count",
    "counts",
    "db",
    "drain",
    "facts",
    "folding",
    "init_app",
    "migrate",
    "outbox",
    "outbox_bytes",
    "ready",
    "results",
    "save",
    "snapshots",
    "sources",
    "state_of",
    "waiting_in_outbox",
    "withdraw",
]
