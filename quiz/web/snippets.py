"""The lines that a blogger pastes."""

from html import escape

# Enough for the start and most of the quiz; what is longer scrolls inside.
HEIGHT = 780
FULL_WIDTH = "100%"


def frame(address: str, title: str, width: int | None = None, height: int = HEIGHT) -> str:
    """The bare iframe; `width` in pixels, None for as wide as the place it stands in.

    It works alone: without script, style or cookie. `frameborder` is old, but it survives where
    WordPress and strict policies drop styles.
    """
    shrinking = ' style="max-width:100%"' if width else ""
    return (
        f'<iframe src="{_quoted(address)}" title="{_quoted(title)}" width="{width or FULL_WIDTH}" '
        f'height="{height}" frameborder="0" loading="lazy" '
        f'allow="clipboard-write; web-share"{shrinking}></iframe>'
    )


def script(address: str, integrity: str) -> str:
    """The line that fits every frame's height to its content, pinned to the script's very bytes."""
    return (
        f'<script src="{_quoted(address)}" integrity="{_quoted(integrity)}" '
        'crossorigin="anonymous" async></script>'
    )


def _quoted(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;")
