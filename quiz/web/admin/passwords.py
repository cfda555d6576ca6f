"""The admin's password: kept as an argon2 hash, and checked against nothing else."""

import secrets
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

SHORTEST = 12
LONGEST = 200
FRESH_BYTES = 15

# 19 MiB and one thread, as OWASP advises: a worker stays small while it checks.
_hasher = PasswordHasher(time_cost=3, memory_cost=19 * 1024, parallelism=1)
# Of a password that nobody knows: checked where there is none, so that the first try takes as long
# as any other. A new one is needed when the parameters above change.
NOBODYS = (
    "$argon2id$v=19$m=19456,t=3,p=1"
    "$x7C5Rh1E4YKRYNHuwi7qsw$0zfeB6PoI5JdF8NrQXNJVgMYEmBzucWvdI0WgGG1mxg"
)
# One check at a time in a worker: eight at once would take eight times the memory.
_turn = Lock()


def hash_password(password: str) -> str:
    """What is kept of a password, and what QUIZ_ADMIN_PASSWORD_HASH takes."""
    return _hasher.hash(password)


def fits(password: str, password_hash: str) -> bool:
    """Whether the password belongs to the hash. An empty hash fits none, after the same work."""
    with _turn:
        try:
            _hasher.verify(password_hash or NOBODYS, password)
        except (Argon2Error, InvalidHashError):
            return False
    return bool(password_hash)


def outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than are used now."""
    return _hasher.check_needs_rehash(password_hash)


def fresh() -> str:
    """A random password, in groups that can be read aloud."""
    text = secrets.token_hex(FRESH_BYTES)
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))
