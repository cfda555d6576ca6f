"""The one admin: which password fits, and which sessions are still good."""

import hmac
from hashlib import sha256

from quiz import store
from quiz.web.admin import passwords
from quiz.web.site import site
from quiz.web.weeks import this_week


def is_set_outside() -> bool:
    """Whether the password comes from QUIZ_ADMIN_PASSWORD_HASH and can't be changed here."""
    return site().settings.admin_password_hash is not None


def is_admins(password: str) -> bool:
    """Whether this is the admin's password; takes the same work when there is none yet.

    A hash made with older parameters is made anew. Raises StoreError.
    """
    kept = _hash_in_force(store.admins.account())
    if not passwords.fits(password, kept):
        return False
    if not is_set_outside() and passwords.outdated(kept):
        change(password)
    return True


def change(password: str) -> None:
    """Keep another password; every session ends. Raises StoreError."""
    store.admins.set_password(passwords.hash_password(password), this_week())


def generation() -> str:
    """A mark of the sessions that are good now: another password or a sign-out changes it.

    Raises StoreError.
    """
    account = store.admins.account()
    told = f"{account.sessions if account else 0} {_hash_in_force(account)}"
    key = f"admin sessions {site().settings.secret_key}"
    return hmac.new(key.encode(), told.encode(), sha256).hexdigest()[:32]


def first_password() -> str | None:
    """A password made now, for nobody has one yet; None when there is one. Raises StoreError.

    Of processes that start together one alone is told.
    """
    if is_set_outside() or _hash_in_force(store.admins.account()):
        return None
    password = passwords.fresh()
    made = store.admins.make(passwords.hash_password(password), this_week())
    return password if made else None


def _hash_in_force(account: store.admins.Account | None) -> str:
    return site().settings.admin_password_hash or (account.password_hash if account else "")
