"""Values as YAML that idpctl itself reads again, on one line, with nothing in it that acts on a terminal.

Plain where that is unmistakable, else between double quotes, whose escapes YAML shares with
`text.quote`. User information in a URL is hidden; our reader refuses what is left, so that a hidden
value is never read as another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.config.plain import can_be_plain
from idpctl.render.safe import calm
from idpctl.text import hide_userinfo, quote

if TYPE_CHECKING:
    from idpctl.model import Json

_HIDDEN = "://***@"  # refused by our reader as a URL with a user name
_LONGEST_KEY = 1000  # a key of more than 1,024 characters needs a mark of its own (YAML 1.2.2 section 7.4)
# What follows the colon may complete a line that readers of plans act upon.
_SIGNALS = ("Plan", "Note")


def scalar(value: Json, *, flow: bool = False) -> str:
    """Return a scalar; `flow` says that it stands between brackets or braces."""
    if isinstance(value, str):
        return _text(value.replace("${", "$${"), flow=flow)
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def inline(value: Json) -> str:
    """Return any value, lists and mappings between brackets and braces."""
    if isinstance(value, dict):
        return "{" + ", ".join(member(name, one, flow=True) for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return scalar(value, flow=True)


def member(name: str, value: Json, *, flow: bool = False) -> str:
    """Return `name: value` on one line; variables are not replaced in names."""
    if hide_userinfo(name) != name:
        value = _HIDDEN
    written = inline(value) if flow or isinstance(value, (dict, list)) else scalar(value)
    return f"{key(name, flow=flow)}: {written}"


def key(name: str, *, flow: bool = False) -> str:
    """Return the name of a member, without its colon."""
    written = quote(hide_userinfo(name), None) if name.endswith(_SIGNALS) else _text(name, flow=flow)
    return f"? {written} " if len(written) > _LONGEST_KEY else written


def _text(text: str, *, flow: bool) -> str:
    text = hide_userinfo(text)
    return text if can_be_plain(text, flow=flow) and calm(text) == text else calm(quote(text, None))
