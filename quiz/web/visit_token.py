"""The token in a visit's address: a random nonce and the minute of issue, signed.

It makes a repeated post recognisable without a cookie.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from itsdangerous import BadSignature, Signer

DAY = 24 * 60


class BadToken(ValueError):
    """The token was not made here, was cut short or was changed."""


@dataclass(frozen=True)
class Visit:
    """One opening of the questionnaire; `minute` counts minutes since 1970 (UTC).

    `secret` is the one that signed its token.
    """

    nonce: str
    minute: int
    secret: str = field(repr=False)

    def receipt(self, answers: Sequence[int]) -> str:
        """What this visit's answers are stored under, and what takes them out again.

        Made with the secret and the answers, so that an address somebody passed on neither
        hides another person's answers nor takes them out.
        """
        said = f"{self.nonce} {bytes(answers).hex()}".encode()
        return hmac.new(self.secret.encode(), said, "sha256").hexdigest()[:40]

    def expired(self, now: int) -> bool:
        """Whether the visit began more than a day before the minute `now`, or after it."""
        return not -DAY <= now - self.minute <= DAY


def new(secret: str, now: int) -> str:
    """A fresh token issued in the minute `now`."""
    return _signer(secret).sign(f"{secrets.token_urlsafe(16)}.{now}").decode()


def read(secret: str, token: str, *old_secrets: str) -> Visit:
    """The visit of a token that one of these secrets signed. Raises BadToken."""
    if old_secrets:
        try:
            return read(secret, token)
        except BadToken:
            return read(old_secrets[0], token, *old_secrets[1:])
    try:
        nonce, _, minute = _signer(secret).unsign(token).decode().rpartition(".")
        return Visit(nonce, int(minute), secret)
    except (BadSignature, ValueError) as error:
        raise BadToken(str(error)) from error


@lru_cache(maxsize=8)
def _signer(secret: str) -> Signer:
    return Signer(secret, salt="visit")
