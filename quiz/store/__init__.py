"""Where anonymous results are kept: SQLite or PostgreSQL behind a handful of functions.

The only rooms that know SQLAlchemy. Everything but `migrate` needs an application context of an
app that was given to `init_app`. `StoreError` is the one exception that leaves this package.
"""

from quiz.store.database import StoreError, db, init_app
from quiz.store.migrating import migrate, ready
from quiz.store.saving import Outcome, Submission, count, save, withdraw

__all__ = [
    "Outcome",
    "StoreError",
    "Submission",
    "count",
    "db",
    "init_app",
    "migrate",
    "ready",
    "save",
    "withdraw",
]
