"""The page for bloggers: choose how the frame looks, see it, copy the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from quiz.store.sources import KEY
from quiz.web import embed_options, snippets
from quiz.web.accent import OWN
from quiz.web.embed import snippet_integrity
from quiz.web.embed_options import Options
from quiz.web.languages import EMBED, SOURCE, root
from quiz.web.site import site

blueprint = Blueprint("for_blogs", __name__)

NARROWEST, WIDEST = 280, 1200
FRESH = "public, max-age=60"


@dataclass(frozen=True)
class Choices:
    """What the form holds. `width` is in pixels, None for as wide as its place.

    `source` is what was typed, and stands in the snippets only if it can be a key.
    """

    options: Options
    reading: str | None
    width: int | None
    source: str

    def query(self) -> dict[str, Any]:
        """The query values of the frame's address."""
        return {**self.options.query(), **({"lang": self.reading} if self.reading else {})}


@dataclass(frozen=True)
class Offer:
    """What there is to copy: two snippets of HTML and an address."""

    fitting: str
    bare: str
    address: str


@blueprint.get("/for-blogs")
def for_blogs() -> Response:
    """The form, the preview and the snippets for what is chosen in the query."""
    chosen = _choices(request.args)
    key = chosen.options.source
    body = render_template(
        "visit/for-blogs.html",
        chosen=chosen,
        themes=embed_options.THEMES,
        own_accent=OWN,
        widths=(NARROWEST, WIDEST),
        preview=url_for(f"{EMBED}.start", **chosen.query()),
        offer=_offer(chosen),
        known=site().sources.knows(key) if key else None,
        framers=site().framers(key),
        root=root(),
    )
    return Response(body, headers={"Cache-Control": FRESH})


def _choices(given: Mapping[str, str]) -> Choices:
    source = given.get("source", "").strip().lower()
    accent = given.get("accent", "").lower().removeprefix("#")
    usable = {
        **given,
        "source": source if KEY.fullmatch(source) else "",
        # The browser's colour field can't be empty: our own colour means no other.
        "accent": "" if accent == OWN else accent,
    }
    reading = given.get("reading")
    width = given.get("width", "")
    pixels = int(width) if width.isascii() and width.isdigit() and len(width) < 5 else 0
    return Choices(
        options=embed_options.read(usable),
        reading=reading if reading in site().library.languages else None,
        width=pixels if NARROWEST <= pixels <= WIDEST else None,
        source=source,
    )


def _offer(chosen: Choices) -> Offer:
    texts = site().questionnaire(chosen.reading or site().library.languages[0]).texts
    address = root() + url_for(f"{EMBED}.start", **chosen.query())
    bare = snippets.frame(address, f"{texts.title}: {texts.subtitle}", chosen.width)
    line = snippets.script(root() + url_for("embed_script.version_1"), snippet_integrity())
    return Offer(
        fitting=f"{bare}\n{line}",
        bare=bare,
        address=root() + url_for(f"{SOURCE}.start", **chosen.query()),
    )
