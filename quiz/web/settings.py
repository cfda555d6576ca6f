"""Settings come from the environment, are typed and checked at start, and fail with a sentence."""

import os
import re
import secrets
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from quiz.origins import ANY, BadOrigin, is_origin, origins_of

CONTENT = Path(__file__).parent.parent / "content"
TRANSLATIONS = Path(__file__).parent.parent / "translations"
ARGON2 = re.compile(r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[\w+/]+\$[\w+/]+", re.ASCII)
SHORTEST = 16  # characters of a secret


class SettingError(ValueError):
    """A setting can't be used; the message says which one and what to set."""


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. `secret_key` is empty until `prepare` has found or made one."""

    data_dir: Path
    database_url: str
    secret_key: str = ""
    secret_key_fallbacks: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    public_url: str | None = None
    trusted_proxies: int = 0
    embed_origins: tuple[str, ...] = (ANY,)
    min_group: int = 11
    retention_weeks: int | None = None
    admin_password_hash: str | None = None
    ratelimit_enabled: bool = True
    ratelimit_storage: str = "memory://"
    read_database_url: str | None = None
    outbox_dir: Path | None = None
    metrics_token: str | None = None
    json_logs: bool = False
    demo: bool = False
    content_dir: Path = CONTENT
    translations_dir: Path = TRANSLATIONS

    def place(self) -> tuple[socket.AddressFamily, Any]:
        """Family and address to listen at; IPv4's where a name has several. Raises OSError."""
        found = socket.getaddrinfo(
            self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        fourth = [one for one in found if one[0] == socket.AF_INET]
        family, *_, address = (fourth or found)[0]
        return family, address

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read and check the settings. Raises SettingError."""
        env = {
            name: value.strip()
            for name, value in (os.environ if environment is None else environment).items()
            if value.strip()
        }
        data_dir = Path(env.get("QUIZ_DATA_DIR", "quiz-data")).absolute()
        content_dir = Path(env.get("QUIZ_CONTENT_DIR", CONTENT)).absolute()
        if not content_dir.is_dir():
            raise SettingError(f"QUIZ_CONTENT_DIR must name a folder; {content_dir} is none.")
        fallbacks = tuple(env.get("SECRET_KEY_FALLBACKS", "").split())
        if any(len(old) < SHORTEST for old in fallbacks):
            raise SettingError(
                "SECRET_KEY_FALLBACKS must be earlier secrets with spaces between them, each of at "
                f"least {SHORTEST} characters."
            )
        return cls(
            data_dir=data_dir,
            database_url=env.get("DATABASE_URL", f"sqlite:///{data_dir / 'quiz.sqlite3'}"),
            secret_key=_long_enough(env, "SECRET_KEY") or "",
            secret_key_fallbacks=fallbacks,
            host=env.get("HOST", "127.0.0.1").strip("[]"),
            port=_number(env, "PORT", 8000, 1, 65535),
            workers=_number(env, "WEB_CONCURRENCY", _usable_cores(), 1, 64),
            public_url=_public_url(env.get("QUIZ_PUBLIC_URL")),
            trusted_proxies=_number(env, "QUIZ_TRUSTED_PROXIES", 0, 0, 10),
            embed_origins=_embed_origins(env.get("QUIZ_EMBED_ORIGINS", ANY)),
            min_group=_number(env, "QUIZ_MIN_GROUP", 11, 5, 1000),
            retention_weeks=_number(env, "QUIZ_RETENTION_WEEKS", 0, 0, 1000) or None,
            admin_password_hash=_password_hash(env.get("QUIZ_ADMIN_PASSWORD_HASH")),
            ratelimit_enabled=_one_of(env, "QUIZ_RATELIMIT_ENABLED", ("on", "off")) == "on",
            ratelimit_storage=_storage(env.get("QUIZ_RATELIMIT_STORAGE", "memory://")),
            read_database_url=env.get("QUIZ_READ_DATABASE_URL"),
            outbox_dir=Path(env.get("QUIZ_OUTBOX_DIR", data_dir / "outbox")).absolute(),
            metrics_token=_long_enough(env, "QUIZ_METRICS"),
            json_logs=_one_of(env, "QUIZ_LOG", ("text", "json")) == "json",
            content_dir=content_dir,
        )

    def prepare(self) -> "Settings":
        """Make the data folder and the secret where they are missing (only the owner may read).

        Raises SettingError when the folder can't be used.
        """
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            newest, *older = (
                [self.secret_key] if self.secret_key else _kept_secrets(self.data_dir / "secret")
            )
        except OSError as error:
            raise SettingError(
                f"The data folder {self.data_dir} can't be used ({error.strerror}). "
                "Set QUIZ_DATA_DIR to a folder that this user may write."
            ) from error
        fallbacks = (*self.secret_key_fallbacks, *older)
        return replace(self, secret_key=newest, secret_key_fallbacks=fallbacks)


def _kept_secrets(file: Path) -> list[str]:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    if not file.exists():
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass  # another process was first: its secret counts
        finally:
            fresh.unlink()
    try:
        kept = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        kept = []
    if not kept or any(len(secret) < SHORTEST for secret in kept):
        raise SettingError(f"{file} holds no usable secret. Delete it; a new one is made.")
    return kept


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingError(f"{name} must be a whole number from {least} to {most}, not {text!r}.")
    return int(text)


def _usable_cores() -> int:
    """How many workers fit: one for each core that this process may use, two to eight."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 2
    return min(max(cores, 2), 8)


def _one_of(env: Mapping[str, str], name: str, words: tuple[str, str]) -> str:
    """One of two words, the first if nothing is set."""
    text = env.get(name, words[0]).lower()
    if text not in words:
        raise SettingError(f"{name} must be {words[0]} or {words[1]}, not {text!r}.")
    return text


def _long_enough(env: Mapping[str, str], name: str) -> str | None:
    text = env.get(name)
    if text is not None and len(text) < SHORTEST:
        raise SettingError(f"{name} must have at least {SHORTEST} characters.")
    return text


def _password_hash(text: str | None) -> str | None:
    if text is not None and not ARGON2.fullmatch(text):
        raise SettingError(
            "QUIZ_ADMIN_PASSWORD_HASH must be what `python3 quickstart.py admin hash` prints; "
            "it starts with $argon2id$."
        )
    return text


def _storage(text: str) -> str:
    if not text.startswith(("memory://", "redis://", "rediss://", "unix://")) or not _has_port(
        text
    ):
        raise SettingError(
            "QUIZ_RATELIMIT_STORAGE must be memory:// or the address of a Redis or Valkey server, "
            "such as redis://localhost:6379/0."
        )
    return text


def _has_port(text: str) -> bool:
    """Whether the port of an address, if it has one, is one."""
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False


def _public_url(text: str | None) -> str | None:
    if text is None:
        return None
    address = text.rstrip("/")
    if not is_origin(address):
        raise SettingError(
            f"QUIZ_PUBLIC_URL must be an address such as https://quiz.example.org, not {text!r}."
        )
    return address


def _embed_origins(text: str) -> tuple[str, ...]:
    try:
        return origins_of(text)
    except BadOrigin as error:
        raise SettingError(
            "QUIZ_EMBED_ORIGINS must be *, none, or origins with spaces or commas between them. "
            f"{error}"
        ) from None
