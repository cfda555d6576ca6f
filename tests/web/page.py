"""A page as its reader gets it: texts, headings, links, fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = {"script", "style", "title"}
SPOKEN = {"alt", "aria-label", "title", "placeholder"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]


@dataclass
class Page(HTMLParser):
    """Elements in order and the texts that are read or spoken."""

    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements, self.texts, self.inside = [], [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append(Element(tag, attributes))
        # Code to copy and names of settings are the same in every language.
        if tag != "wbr":  # a place to break a word has nothing inside
            self.inside.append(tag if attributes.get("translate") != "no" else f"{tag} as it is")
        self.texts += [value for name, value in attrs if name in SPOKEN and value]
        if tag == "meta" and attributes.get("name") == "description":
            self.texts.append(attributes["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        open_tags = [name.split()[0] for name in self.inside]
        if tag in open_tags:
            del self.inside[len(open_tags) - 1 - open_tags[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        here = self.inside[-1] if self.inside else ""
        if data.strip() and here not in UNSEEN - {"title"} and not here.endswith("as it is"):
            self.texts.append(data.strip())

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def values(self, name: str) -> list[str]:
        """Every value of an attribute, in order."""
        return [e.attributes[name] or "" for e in self.elements if name in e.attributes]
