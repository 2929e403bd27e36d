"""Markup as a type of its own: text becomes `Html` here only, and on no way but through an escape.

What comes from outside was made safe by `render.safe` before: on one line, invisible characters as
visible escapes, cut with a count. Here it is escaped once more, for HTML, and kept apart from what
stands around it, so that a right-to-left name reorders nothing (Unicode UAX #9, isolates).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NewType

from idpctl.render.safe import sentence, shown, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from idpctl.model import Json

Html = NewType("Html", str)

NOTHING = Html("")
_BARE = frozenset({"input", "meta"})  # void elements: they have no content and no end tag
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def own(text: str) -> Html:
    """Return words of our own, or text that is safe already, escaped for HTML and written in ASCII."""
    escaped = text.translate(_ESCAPES)
    return Html(
        escaped if escaped.isascii() else escaped.encode("ascii", "xmlcharrefreplace").decode("ascii")
    )


def isolated(text: str) -> Html:
    """Return text that `render.safe` made, isolated from what stands around it."""
    return tag("bdi", own(text))


def name(text: str) -> Html:
    """Return a name from outside."""
    return isolated(word(text))


def prose(text: str) -> Html:
    """Return a message or a hint, which may hold values from outside."""
    return isolated(sentence(text))


def value(given: Json) -> Html:
    """Return a field's value."""
    return tag("code", own(shown(given)))


def literal(text: str) -> Html:
    """Return what is to be typed or looked up as it stands, such as a flag or a place in a file."""
    return tag("code", own(text))


def tag(element: str, *content: Html, **attributes: str) -> Html:
    """Return one element; `class_` and `aria_label` are written class and aria-label, an empty class not."""
    written = "" if not attributes else "".join(_attributes(attributes))
    start = f"<{element}{written}>"
    return Html(start if element in _BARE else f"{start}{''.join(content)}</{element}>")


def _attributes(given: Mapping[str, str]) -> Iterator[str]:
    for key, text in given.items():
        if text or key != "class_":
            yield f' {key.rstrip("_").replace("_", "-")}="{own(text)}"'


def join(parts: Iterable[Html], between: str = "") -> Html:
    """Return the parts one after the other."""
    return Html(own(between).join(parts))


def lines(parts: Iterable[Html]) -> Html:
    """Return the parts on lines of their own; every line begins with an element, none with text."""
    return Html("".join(f"\n{part}" for part in parts))
