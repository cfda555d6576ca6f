"""What a blogger chooses in the address of the frame: theme, accent, source, compact.

The language is chosen there too, by `lang`, as everywhere. A value that can't be used counts as
not chosen: a reader never pays for a slip in a blog's snippet.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, request

from quiz.store.sources import KEY, OTHER

AUTO = "auto"
THEMES = (AUTO, "light", "dark")
COLOUR = re.compile(r"#?([0-9a-f]{6})", re.ASCII | re.IGNORECASE)
YES = ("1", "true")
NAMES = ("theme", "accent", "source", "compact")


@dataclass(frozen=True)
class Options:
    """One choice of each. `accent` is six hexadecimal digits; `source` a key, maybe unknown."""

    theme: str = AUTO
    accent: str | None = None
    source: str | None = None
    compact: bool = False

    def query(self) -> dict[str, str]:
        """What has to stand in an address to choose the same again; nothing for a default."""
        chosen = {
            "theme": None if self.theme == AUTO else self.theme,
            "accent": self.accent,
            "source": self.source,
            "compact": "1" if self.compact else None,
        }
        return {name: value for name, value in chosen.items() if value}


def read(given: Mapping[str, str]) -> Options:
    """The options in query values, whatever else is among them.

    A source that can't be a key stays on as `other`: it is counted as one that nobody knows.
    """
    theme = given.get("theme", "").lower()
    accent = COLOUR.fullmatch(given.get("accent", ""))
    source = given.get("source", "").strip().lower()
    return Options(
        theme=theme if theme in THEMES else AUTO,
        accent=accent[1].lower() if accent else None,
        source=(source if KEY.fullmatch(source) else OTHER) if source else None,
        compact=given.get("compact", "").lower() in YES,
    )


def options() -> Options:
    """The options in this request's address."""
    chosen: Options | None = g.get("embed_options")
    if chosen is None:
        chosen = g.embed_options = read(request.args)
    return chosen
