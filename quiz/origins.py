"""Which places may frame the quiz: a list of origins, as CSP's `frame-ancestors` knows them."""

import re

ANY = "*"
NONE = "none"
LONGEST_HOST = 253
ORIGIN = re.compile(
    r"https?://"
    r"(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
    r"(?::[1-9][0-9]{0,4})?",
    re.ASCII,
)


# Why a text can't be used, and how to write it instead.
WHY = {
    "alone": "%(word)s stands alone, without other origins beside it.",
    "scheme": "%(word)s is no origin: write https:// before it.",
    "letters": "%(word)s has letters beyond a to z: write its host's xn-- form.",
    "shape": (
        "%(word)s is no origin: write scheme and host, such as https://blog.example.org,"
        " without a path."
    ),
}


class BadOrigin(ValueError):
    """A text that names no origin; the message is a sentence that says how to write one.

    `why` is a key of WHY, for those who say it in another language.
    """

    def __init__(self, word: str, why: str) -> None:
        """What was written, and why it can't be used."""
        super().__init__(WHY[why] % {"word": repr(word)})
        self.word = word
        self.why = why


def origins_of(text: str) -> tuple[str, ...]:
    """The origins in a text, separated by spaces or commas, each once, in lower case.

    `*` alone means anybody, `none` alone (or an empty text) nobody: `("*",)` and `()`. Raises
    BadOrigin.
    """
    words = text.lower().replace(",", " ").split()
    if words in ([], [NONE]):
        return ()
    if words == [ANY]:
        return (ANY,)
    return tuple(dict.fromkeys(_origin(word) for word in words))


def is_origin(text: str) -> bool:
    """Whether the text is one origin and nothing else: safe to put into a header."""
    host = text.partition("://")[2].partition(":")[0]
    return bool(ORIGIN.fullmatch(text)) and len(host) <= LONGEST_HOST


def _origin(word: str) -> str:
    if word in (ANY, NONE):
        raise BadOrigin(word, "alone")
    # Copied from an address bar it often ends in a slash.
    origin = word.removesuffix("/")
    if is_origin(origin) and _port(origin) <= 65535:
        return origin
    if "://" not in word:
        raise BadOrigin(word, "scheme")
    if not word.isascii():
        raise BadOrigin(word, "letters")
    raise BadOrigin(word, "shape")


def _port(origin: str) -> int:
    return int(origin.rpartition(":")[2]) if origin.count(":") == 2 else 0
