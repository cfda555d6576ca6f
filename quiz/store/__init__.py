"""Where anonymous results are kept: SQLite or PostgreSQL behind a handful of functions.

The only rooms that know SQLAlchemy. Everything but `migrate` needs an application context of an
app that was given to `init_app`. When a database fails, nothing but `StoreError` gets out of here.
"""

from quiz.store import admins, audit, counts, facts, folding, outbox, results, snapshots, sources
from quiz.store.backing_up import backup
from quiz.store.clock import seconds_ahead
from quiz.store.database import close, db, init_app
from quiz.store.engines import StoreError
from quiz.store.migrating import can_be_read, is_made, migrate, ready, state_of
from quiz.store.naming import is_missing, name_of
from quiz.store.saving import (
    Busy,
    Outcome,
    Submission,
    count,
    drain,
    no_room_in_outbox,
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
    "can_be_read",
    "close",
    "count",
    "counts",
    "db",
    "drain",
    "facts",
    "folding",
    "init_app",
    "is_made",
    "is_missing",
    "migrate",
    "name_of",
    "no_room_in_outbox",
    "outbox",
    "outbox_bytes",
    "ready",
    "results",
    "save",
    "seconds_ahead",
    "snapshots",
    "sources",
    "state_of",
    "waiting_in_outbox",
    "withdraw",
]
