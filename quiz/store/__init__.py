"""Where anonymous results are kept: SQLite or PostgreSQL behind a handful of functions.

The only rooms that know SQLAlchemy. Everything but `migrate` needs an application context of an
app that was given to `init_app`. When a database fails, nothing but `StoreError` gets out of here.
"""

from quiz.store import admins, audit, counts, facts, folding, results, snapshots, sources
from quiz.store.database import StoreError, close, db, init_app
from quiz.store.migrating import migrate, ready
from quiz.store.saving import Outcome, Submission, count, save
from quiz.store.withdrawing import withdraw

__all__ = [
    "Outcome",
    "StoreError",
    "Submission",
    "admins",
    "audit",
    "close",
    "count",
    "counts",
    "db",
    "facts",
    "folding",
    "init_app",
    "migrate",
    "ready",
    "results",
    "save",
    "snapshots",
    "sources",
    "withdraw",
]
