"""Values from outside, as they are shown: on one line, within quotes, their differences in sight.

No value can start a line, end its quotes, or hold what a terminal or a log reader acts upon.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from idpctl.text import LIMIT, escape, hide_userinfo, quote

if TYPE_CHECKING:
    from idpctl.model import Json

_SENTENCE = 2000
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:/+-]*")
_USERINFO_IN_JSON = re.compile(r"://[^/?#\\\"]*@")
# What is taken for more than text even in the middle of a line: `##[command]` and `##vso[command]`
# by the runners of GitHub and Azure, a plan's result by Atlantis.
_SIGNAL = re.compile(r"#(?=#\w*\[)|(?<=Plan):(?= \d)|(?<=No changes)\.|(?<=Note):(?= Objects)")


def calm(text: str) -> str:
    """Break what readers of logs and of plans would act upon in the middle of a line."""
    if "##" in text or "Plan: " in text or "No changes." in text or "Note: " in text:
        return _SIGNAL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)
    return text


def word(text: str) -> str:
    """Return a name as it is where that is unmistakable, else in quotes."""
    text = hide_userinfo(text)
    return text if len(text) <= LIMIT and _PLAIN.fullmatch(text) else quoted(text)


def quoted(text: str) -> str:
    """Return `text` in quotes, without the user information that a URL may hold, cut after `text.LIMIT`."""
    text = hide_userinfo(text)
    if len(text) <= LIMIT:
        return calm(quote(text, None))
    return calm(f"{quote(text[:LIMIT], None)}...(+{len(text) - LIMIT})")


def sentence(text: str) -> str:
    """Return a message or a hint, which may hold values from outside."""
    return calm(escape(hide_userinfo(text), _SENTENCE))


def shown(value: Json) -> str:
    """Return a field's value: text in quotes, anything else as JSON."""
    if isinstance(value, str):
        return quoted(value)
    text = as_json(value)
    return calm(text) if len(text) <= LIMIT else calm(f"{text[:LIMIT]}...(+{len(text) - LIMIT})")


def words(names: tuple[str, ...] | list[str], most: int) -> str:
    """Return `a, b and 3 more` for a list that may be long."""
    few = ", ".join(map(word, names[:most]))
    return f"{few} and {len(names) - most} more" if len(names) > most else few


def as_json(value: Json) -> str:
    """Return `value` as JSON on one line, in ASCII, without user information in URLs."""
    return _USERINFO_IN_JSON.sub("://***@", json.dumps(value, sort_keys=True))
