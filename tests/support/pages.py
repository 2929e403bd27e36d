"""A page of HTML as a parser sees it: its elements in order, their attributes, and the text in each."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self

VOID = {"input", "meta"}


@dataclass
class Element:
    """One element; `text` is all that stands in it, also deeper."""

    tag: str
    attributes: dict[str, str]
    parents: tuple[str, ...]
    text: str = ""
    inside: list[Element] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    def find(self, tag: str, class_: str | None = None) -> list[Self]:
        """Return the elements of this kind in it, in their order."""
        return [one for one in self.inside if one.tag == tag and (class_ is None or class_ in one.classes)]  # type: ignore[misc]


class Page(HTMLParser):
    """Parses strictly: every element that begins has to end, in the right order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {}, ())
        self.structure: list[str] = []
        self.strange: list[str] = []
        self._open = [self.root]
        self.feed(text)
        self.close()
        assert self._open == [self.root], "an element does not end"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        assert len(given) == len(attrs), "an attribute stands twice"
        element = Element(tag, given, tuple(one.tag for one in self._open[1:]))
        self.structure.append(tag)
        for parent in self._open:
            parent.inside.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"{tag} ends what it did not begin"
        self.structure.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        for parent in self._open:
            parent.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    def handle_decl(self, decl: str) -> None:
        self.structure.append(decl)

    def handle_pi(self, data: str) -> None:
        self.strange.append(data)

    def unknown_decl(self, data: str) -> None:
        self.strange.append(data)
