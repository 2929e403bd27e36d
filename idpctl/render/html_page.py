"""The frame of every page: one file that loads nothing, runs nothing and sends nothing anywhere."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING

from idpctl.render.html_markup import Html, join, lines, own, tag
from idpctl.render.html_style import stylesheet
from idpctl.render.safe import sentence

if TYPE_CHECKING:
    from collections.abc import Iterable


def page(what: str, subject: str, heading: Html, sections: Iterable[Html]) -> str:
    """Return the document: `what` are words of our own, `subject` a name from outside, or ""."""
    title = f"{what}: {sentence(subject)}" if subject else what
    header = tag("header", lines([tag("p", own(what), class_="what"), tag("h1", heading)]))
    main = tag("main", lines(sections), id="content", tabindex="-1")
    skip = tag("a", own("Skip to the content"), href="#content", class_="skip")
    body = tag("body", lines([skip, header, main]), own("\n"))
    head = tag("head", lines(_head(title)), own("\n"))
    document = tag("html", own("\n"), head, own("\n"), body, own("\n"), lang="en")
    return f"<!DOCTYPE html>\n{document}\n"


def _head(title: str) -> list[Html]:
    style = stylesheet()
    return [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy(style)),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", own(title)),
        # The text of a style element is no markup: what stands in it is not escaped, and all our own.
        join([Html("<style>"), Html(style), Html("</style>")]),
    ]


def policy(style: str) -> str:
    """Return a policy under which nothing is loaded or run, and that one style holds (CSP level 3)."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
