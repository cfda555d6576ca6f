"""The lines that a blogger pastes."""

from markupsafe import escape

# What fits without scrolling in most places; the quiz scrolls inside where it is longer.
FULL_WIDTH = "100%"
HEIGHT = 720


def frame(address: str, title: str, width: int | str = FULL_WIDTH, height: int = HEIGHT) -> str:
    """The bare iframe. It works alone: without script, style or cookie.

    `frameborder` is old, but it survives where WordPress and strict policies drop styles.
    """
    narrow = "" if width == FULL_WIDTH else ' style="max-width:100%"'
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{width}" '
        f'height="{height}" frameborder="0" loading="lazy" '
        f'allow="clipboard-write; web-share"{narrow}></iframe>'
    )


def script(address: str, integrity: str) -> str:
    """The line that fits the iframe's height to its content, pinned to these very bytes."""
    return (
        f'<script src="{escape(address)}" integrity="{escape(integrity)}" '
        'crossorigin="anonymous" async></script>'
    )
