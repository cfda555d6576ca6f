"""A colour of somebody's choice, made readable on the site's own paper."""

from collections.abc import Sequence
from colorsys import hls_to_rgb, rgb_to_hls

# WCAG 2.2, 1.4.3: text needs 4.5 to 1 (AA). A little more, for rounding elsewhere.
READABLE = 4.6


def luminance(colour: str) -> float:
    """Relative luminance (0..1) of six hexadecimal digits, as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (1..21) of two colours, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour: str, grounds: Sequence[str], least: float = READABLE) -> str:
    """The colour with this hue and saturation that keeps `least` on every ground.

    Darker on light grounds and lighter on dark ones, by as little as it takes. All colours are
    six hexadecimal digits. Raises ValueError when the grounds are so far apart that none does.
    """
    hue, lightness, saturation = rgb_to_hls(*_rgb(colour))
    step = -1 if sum(map(luminance, grounds)) / len(grounds) > 0.18 else 1
    for number in range(256):
        level = min(1.0, max(0.0, lightness + step * number / 255))
        fitted = _hex(hls_to_rgb(hue, level, saturation))
        if min(contrast(fitted, ground) for ground in grounds) >= least:
            return fitted
    raise ValueError(f"nothing is readable on all of {', '.join(grounds)}")


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = bytes.fromhex(colour)
    return red / 255, green / 255, blue / 255


def _hex(rgb: Sequence[float]) -> str:
    return bytes(round(part * 255) for part in rgb).hex()
