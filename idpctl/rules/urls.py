"""URLs as they are written: boring ones pass at once, all others are explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from idpctl.provider_table import WELL_KNOWN_SUFFIXES
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from idpctl.rules.hits import Hit

# Lower-case ASCII host with a dot, no `xn--`, no top-level name that is internal or a number; no
# default port and none of five digits; path segments without an escape, a dot in front or nothing
# inside; no "your", as in placeholders. Each repeat begins where no other can, so nothing is tried
# twice. No possessive groups: CPython up to 3.11.4 takes them for less than they hold (gh-106052).
# The bound keeps the host under 254 characters.
_BORING = re.compile(
    r"https://(?!.{240})(?!.*[yY][oO][uU][rR])"
    r"(?:(?!xn--)[a-z0-9-]{1,63}\.)+"
    r"(?!(?:local|localhost|localdomain|internal|intranet|private|lan|home|corp|svc|invalid|arpa)\b)"
    r"[a-z]{2,63}(?::(?!443\b)[1-9][0-9]{0,3})?"
    r"(?:/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*|\.well-known(?![^/])))*/?"
).fullmatch


@value
class UrlPolicy:
    """What the operator lets pass: given on the command line, never in the YAML under review.

    `allow_networks` are CIDRs whose loopback or private addresses may be endpoints.
    """

    allow_loopback_http: bool = False
    allow_networks: tuple[str, ...] = ()


def is_boring(url: str) -> bool:
    """Say whether `url` is so plain that no rule has anything to say about it.

    This is the fast way for the many URLs of a large configuration, and never laxer than the rules:
    what it accepts, `check_url` has no finding for.
    """
    return _BORING(url) is not None


def check_url(url: str, field: str, policy: UrlPolicy) -> Sequence[Hit]:
    """Return what the rules URL-01 to URL-14 say about `url` as the value of `field`."""
    if _BORING(url) is not None and (field != "well_known_url" or url.endswith(WELL_KNOWN_SUFFIXES)):
        return ()
    from idpctl.rules.url_rules import explain

    return explain(url, field, policy)


def is_usable(url: str, field: str, policy: UrlPolicy) -> bool:
    """Say whether no rule refuses `url`: whether it may be contacted at all."""
    from idpctl.rules.hits import is_error

    return not any(is_error(hit) for hit in check_url(url, field, policy))
