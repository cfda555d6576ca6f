"""A database in words for a person: which it is, and why it can't be opened. Never its password."""

import re

from sqlalchemy import URL, Engine

from quiz.store.engines import REFUSALS, StoreError, cause_of, database_url, sqlite_file

# By what the driver says, the first that fits.
ADVICE = {
    r"resolve|name or service": "Check the host in {}.",
    r"password|role|authentication|pg_hba": (
        "Check user and password in {}; in a password write @ / : % as %40 %2F %3A %25."
    ),
    r"database .* does not exist": "Make that database, or mend its name in {}.",
    r"refused|no such file|time|unreachable|no route": (
        "Check host and port in {}, and that PostgreSQL runs there and is let through."
    ),
    r"not a database|malformed": "Check the file that {} names, or restore a backup.",
    r"unable to open|permission|readonly": (
        "Check that the file is there, or set {}, and that it belongs to who runs the quiz."
    ),
}
MOST = 300  # characters of the driver's words


def name_of(url: str | URL) -> str:
    """The file of a SQLite database; name, host and port of one in PostgreSQL.

    Raises StoreError for an address of no use.
    """
    address = database_url(url)
    if file := sqlite_file(address):
        return str(file)
    hosts, ports = address.query.get("host", ()), address.query.get("port", "5432")
    name = f"PostgreSQL, database {address.database or 'not named'}"
    if isinstance(hosts, tuple) and hosts:  # each may have a port of its own
        return f"{name}, hosts {', '.join(hosts)}"
    return f"{name}, host {address.host or hosts or 'not named'}, port {address.port or ports}"


def is_missing(url: str | URL) -> bool:
    """Whether it is a SQLite file that is not there.

    Raises StoreError when this user may not see that.
    """
    file = sqlite_file(database_url(url))
    try:
        if file is not None:
            file.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError as error:
        raise StoreError(
            f"{file} can't be looked at ({error.strerror}). Run this as the user who runs the quiz."
        ) from error
    return False


def check_that_it_opens(engine: Engine, setting: str = "DATABASE_URL") -> None:
    """Open one connection. Raises StoreError: what was tried, what the driver said, what to do.

    Words of the driver can hold data once a statement has run, so they are told of this step only.
    """
    try:
        with engine.connect():
            return
    except REFUSALS as error:
        raise StoreError(_why_not(engine.url, error, setting)) from error


def _why_not(url: URL, error: Exception, setting: str) -> str:
    original = getattr(error, "orig", None)
    said = str(original).strip().partition("\n")[0] if original else cause_of(error)
    for secret in (url.password, url.query.get("password")):
        if isinstance(secret, str) and secret:
            said = said.replace(secret, "***")
    code = getattr(original, "sqlite_errorname", None)
    advice = (words for sign, words in ADVICE.items() if re.search(sign, said, re.IGNORECASE))
    return (
        f"Can't open the database ({name_of(url)}). The driver says: {said[:MOST]}"
        f"{f' ({code})' if code else ''}. {next(advice, 'Check {}.').format(setting)}"
    )
