"""Answers whose bytes are made once: compressed once, tagged once, sent as they are."""

import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from threading import Lock
from typing import Generic, TypeVar

import brotli
from flask import Request, Response

# The quality of an encoding that must not be used.
NOT_AT_ALL = re.compile(r"\s*q\s*=\s*0(\.0*)?\s*(;.*)?", re.ASCII)
COMPRESSIBLE = ("text/", "image/svg+xml", "application/json", "application/xml")

QUICK, THOROUGH = 5, 11


class Premade:
    """A body in each encoding, with its headers."""

    def __init__(self, body: bytes, content_type: str, cache: str, *, quick: bool = False) -> None:
        """Compress `body` ahead; `cache` is the Cache-Control header.

        `quick` is for what anybody can have made by thinking up another address: a hundredth of
        the work, a fifth more bytes.
        """
        self.bodies = {"": body}
        if content_type.startswith(COMPRESSIBLE):
            self.bodies |= _compressed(body, QUICK if quick else THOROUGH)
        tag = hashlib.sha256(body).hexdigest()[:16]
        self.tags = {name: f'"{tag}{name}"' for name in self.bodies}
        common = [("Content-Type", content_type), ("Cache-Control", cache)]
        if len(self.bodies) > 1:
            common.append(("Vary", "Accept-Encoding"))
        self.headers = {
            name: [*common, ("ETag", self.tags[name])]
            + ([("Content-Encoding", name)] if name else [])
            for name in self.bodies
        }

    def respond(self, request: Request) -> Response:
        """The best encoding for this request, or 304 when the browser has it already."""
        name = encoding_for(request.environ.get("HTTP_ACCEPT_ENCODING", ""))
        if name not in self.bodies:
            name = ""
        known = request.environ.get("HTTP_IF_NONE_MATCH")
        if known and (known == self.tags[name] or self.tags[name] in known):
            unchanged = Response(status=304, headers=self.headers[name])
            del unchanged.headers["Content-Type"]
            return unchanged
        return Response(self.bodies[name], headers=self.headers[name])


@lru_cache(maxsize=128)
def _compressed(body: bytes, quality: int) -> dict[str, bytes]:
    """The same bytes stand at several addresses, and in each application of a test run."""
    return {
        "br": brotli.compress(body, quality=quality),
        "gzip": gzip.compress(body, min(quality, 9), mtime=0),
    }


Made = TypeVar("Made")


class Shelf(Generic[Made]):
    """Keeps the last `size` things made, so that odd requests can't fill the memory."""

    def __init__(self, size: int) -> None:
        """An empty shelf."""
        self.size = size
        self._kept: OrderedDict[Hashable, Made] = OrderedDict()
        self._lock = Lock()

    @property
    def has_room(self) -> bool:
        """Whether nothing had to leave yet."""
        return len(self._kept) < self.size

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What stands under `key`, made now if it is not there."""
        found = self.found(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def found(self, key: Hashable) -> Made | None:
        """What stands under `key`."""
        return self._kept.get(key)

    def put(self, key: Hashable, made: Made) -> None:
        """Keep it under `key`."""
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)


def wants_brotli(request: Request) -> bool:
    """Whether the browser takes brotli, which is quick enough to make for each answer."""
    return encoding_for(request.environ.get("HTTP_ACCEPT_ENCODING", "")) == "br"


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """The encoding to answer an Accept-Encoding with: br, gzip or none ("")."""
    offers = {}
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        offers[name.strip()] = not NOT_AT_ALL.fullmatch(quality)
    everything = offers.get("*", False)
    return next((name for name in ("br", "gzip") if offers.get(name, everything)), "")
