"""A demonstration says so on every page: its people are simulated."""

from flask import Flask

from quiz import store

FACT = "demo"


def init_app(app: Flask, known: bool) -> None:
    """Let templates know whether the data are simulated: by the settings, or by the database.

    A database that is away or not migrated yet says nothing; then only the settings count.
    No connection is left open, so this is safe before a fork.
    """
    if not known:
        with app.app_context():
            try:
                known = store.facts.get(FACT) is not None
            except store.StoreError:
                known = False
            finally:
                store.close()
    app.jinja_env.globals["simulated"] = known
