"""Markdown from the content folder, as HTML that can't carry markup of its own."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from quiz.web.leaving import leaving, leaving_note


def _link_open(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
) -> str:
    opened = renderer.renderToken(tokens, at, options, env)
    env["leaves"] = str(tokens[at].attrGet("href")).startswith(("https:", "http:"))
    return opened.replace(">", f"{env['attributes']}>") if env["leaves"] else opened


def _link_close(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any
) -> str:
    closed = renderer.renderToken(tokens, at, options, env)
    return f"{env['note']}{closed}" if env["leaves"] else closed


_markdown = MarkdownIt("commonmark", {"html": False})
_markdown.add_render_rule("link_open", _link_open)
_markdown.add_render_rule("link_close", _link_close)


def markdown(text: str) -> Markup:
    """HTML of a Markdown text; raw HTML in it is escaped, and links leave a frame on purpose."""
    return _html(text, leaving(), leaving_note())


def prose(text: str) -> tuple[str, Markup]:
    """The title (from a first line `# Title`) and the body of a page."""
    first, _, rest = text.partition("\n")
    return first.removeprefix("#").strip(), markdown(rest)


@lru_cache(maxsize=512)
def _html(text: str, attributes: Markup, note: Markup) -> Markup:
    env = {"attributes": attributes, "note": note}
    return Markup(_markdown.render(text, env))  # noqa: S704 - the renderer escapes what it is given
