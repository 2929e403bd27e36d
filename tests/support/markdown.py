"""Markdown as GitHub reads it: its own parser makes the page, and the page is looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options

_VOID = {"br"}


@dataclass
class Seen(HTMLParser):
    """What a page holds: its tags in order, its text outside code, and its code."""

    tags: list[str] = field(default_factory=list)
    attributes: set[tuple[str, str]] = field(default_factory=set)
    comments: list[str] = field(default_factory=list)
    loose: str = ""
    code: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    _inside: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag == "code":
            self._inside += 1
            self.code.append("")
        if tag == "tr":
            self.rows.append(0)
        if tag in {"td", "th"}:
            self.rows[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        if tag == "code":
            self._inside -= 1

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[-1] += data
        else:
            self.loose += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data.strip())

    @property
    def shape(self) -> list[str]:
        """Return the tags, without how many lines of code there are."""
        return [tag for tag in self.tags if tag != "br"]


def seen(markdown: str) -> Seen:
    """Return what GitHub's parser makes of `markdown`, raw HTML in it too."""
    page = Seen()
    page.feed(github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
    page.close()
    return page


# What GitHub and GitLab look for in the text of a finished page, outside code.
REFERENCES = re.compile(
    r"@\w|#\d|\bGH-\d|\b(?=[0-9]*[a-f])[0-9a-f]{7,40}\b|:\w+:|https?:|www\.|!\d|\$\d|%\d|~\w|\[vulnerability|\$\S.*\$",
    re.ASCII,
)
