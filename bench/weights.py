"""What a first visit to a page weighs: the page and every file of ours that it names."""

import re
from urllib.request import Request, urlopen

import brotli

OURS = re.compile(r'(?:href|src)="(/static/[^"]+)"')


def weigh(server: str, path: str) -> tuple[str, list[str]]:
    """A line of figures (bytes as they travel), and the files that the page loads.

    Raises HTTPError for an answer that is not good.
    """
    page, compressed, headers = _load(server + path)
    html = (brotli.decompress(page) if compressed else page).decode()
    files = sorted(set(OURS.findall(html)))
    loaded = [_load(server + file) for file in files]
    bodies = len(page) + sum(len(body) for body, _, _ in loaded)
    everything = bodies + headers + sum(size for _, _, size in loaded)
    line = (
        f"{len(page):>8,}{bodies - len(page):>8,}{bodies:>8,}{everything:>14,}{1 + len(files):>10}"
    )
    return line + ("" if compressed else "  (page not compressed)"), files


def _load(url: str) -> tuple[bytes, bool, int]:
    """Body, whether it came as brotli, and the size of its headers."""
    with urlopen(Request(url, headers={"Accept-Encoding": "br"})) as answer:  # noqa: S310 - ours
        compressed = answer.headers["Content-Encoding"] == "br"
        return answer.read(), compressed, len(bytes(answer.headers)) + len("HTTP/1.1 200 OK\r\n")
