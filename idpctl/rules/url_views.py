"""What different programs take for the host of one URL."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from idpctl.rules.url_parts import split

if TYPE_CHECKING:
    from collections.abc import Callable

_END_OF_HOST = re.compile(r"[:?#\\]")
_DROPPED = re.compile(r"[\t\r\n]")
_DELIMITERS = frozenset("/?#@:\\")


def _rfc3986(url: str) -> str:
    parts = split(url)
    return "" if parts is None else parts.plain_host


def _whatwg(url: str) -> str:
    """Do as browsers: TAB and line ends vanish, a backslash is a slash (WHATWG URL section 4.4)."""
    return _rfc3986(_DROPPED.sub("", url).strip().replace("\\", "/"))


def _to_the_slash(url: str) -> str:
    """Do as simple readers: whatever stands between `//` and the next `/` is the authority."""
    authority = url.partition("://")[2].partition("/")[0].rpartition("@")[2]
    if authority.startswith("["):
        return authority.partition("]")[0].strip("[]")
    return _END_OF_HOST.split(authority)[0]


def _urllib(url: str) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname or ""


def _compatible(url: str) -> str:
    """Do as readers that fold compatibility characters first: U+FF0F becomes a slash."""
    host = _rfc3986(url)
    added = set(unicodedata.normalize("NFKC", host)) & _DELIMITERS - set(host)
    return "" if added else host


_VIEWS: tuple[Callable[[str], str], ...] = (_whatwg, _to_the_slash, _urllib, _compatible)


def disagree(url: str) -> bool:
    """Say whether some program would connect to another host than RFC 3986 says, or to none at all.

    A URL in which RFC 3986 sees no host is not judged here: other rules refuse it.
    """
    host = _rfc3986(url).lower()
    if not host:
        return False
    try:
        return any(view(url).lower() != host for view in _VIEWS)
    except ValueError:  # urllib refuses half brackets, and hosts that fold to delimiters
        return True
