"""What can be said of a provider from what is written alone, without any network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.provider_table import WELL_KNOWN_SUFFIXES
from idpctl.rules.urls import check_url, is_boring

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.errors import Problem
    from idpctl.model import Declared
    from idpctl.rules.hits import Hit
    from idpctl.rules.urls import UrlPolicy

_URLS = ("well_known_url", "issuer", "token_endpoint", "jwks_endpoint")


def check_declared(declared: Declared, policy: UrlPolicy) -> list[Problem]:
    """Return the findings CFG-01, 09, 10, 15 to 17 and URL-* on what `declared` writes."""
    if _is_plain(declared):
        return []
    from idpctl.rules.hits import problems

    return problems(_hits(declared, policy), declared)


def _is_plain(declared: Declared) -> bool:
    """Say whether nothing here needs a second look: the way that nearly all providers go."""
    return (
        _is_plain_text(declared.name)
        and _is_plain_text(declared.allowed_token_audience)
        and declared.well_known_url.endswith(WELL_KNOWN_SUFFIXES)
        and is_boring(declared.well_known_url)
        and (declared.issuer is None or is_boring(declared.issuer))
        and (declared.token_endpoint is None or is_boring(declared.token_endpoint))
        and (declared.jwks_endpoint is None or is_boring(declared.jwks_endpoint))
        and not declared.suppress
    )


def _is_plain_text(text: str) -> bool:
    return text != "" and text.isascii() and text.isprintable() and " " not in text


def _hits(declared: Declared, policy: UrlPolicy) -> Iterator[Hit]:
    from idpctl.rules.suppressions import suppression_hits
    from idpctl.rules.values import audience_hits, empty, name_hits

    yield from name_hits(declared.name)
    yield from audience_hits(declared.allowed_token_audience)
    for field in _URLS:
        url = getattr(declared, field)
        if url is not None:
            yield from check_url(url, field, policy) if url.strip() else (empty(field),)
    yield from suppression_hits(declared.suppress)
