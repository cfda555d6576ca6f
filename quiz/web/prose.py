"""Markdown from the content folder, as HTML that can't carry markup of its own."""

from functools import lru_cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_markdown = MarkdownIt("commonmark", {"html": False})


@lru_cache(maxsize=512)
def markdown(text: str) -> Markup:
    """HTML of a Markdown text; raw HTML in it is escaped."""
    return Markup(_markdown.render(text))  # noqa: S704 - the renderer escapes what it is given


def prose(text: str) -> tuple[str, Markup]:
    """The title (from a first line `# Title`) and the body of a page."""
    first, _, rest = text.partition("\n")
    return first.removeprefix("#").strip(), markdown(rest)
