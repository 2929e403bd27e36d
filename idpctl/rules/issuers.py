"""Whether the issuer that a document names belongs to the URL that it was read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.provider_table import WELL_KNOWN_SUFFIXES
from idpctl.providers import known_exception
from idpctl.rules.hits import Hit
from idpctl.rules.url_parts import contrast, loosened, shown, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.documents import Document
    from idpctl.model import Declared

_FIELD = "issuer"


def base_of(url: str) -> str | None:
    """Return the issuer, without a final slash, whose document stands at `url`.

    OpenID Connect Discovery section 4 appends `/.well-known/openid-configuration` to the issuer;
    RFC 8414 section 3.1 inserts its suffix between host and path. A query (Azure AD B2C) and a
    final slash are passed over. None where the URL has neither suffix.
    """
    parts = split(url)
    if parts is None:
        return None
    path = parts.path.removesuffix("/")
    origin = url.partition("://")[0] + "://" + url.partition("://")[2].partition("/")[0]
    for suffix in WELL_KNOWN_SUFFIXES:
        if path.endswith(suffix):
            return origin + path.removesuffix(suffix)
        if path.startswith(f"{suffix}/"):
            return origin + path.removeprefix(suffix)
    return None


def belongs(issuer: str, url: str) -> bool:
    """Say whether a document at `url` may name `issuer`: byte for byte, or with one final slash more.

    Where the end of the URL is not a known one, any part of it up to a slash may be the issuer.
    """
    base = base_of(url)
    if base is not None:
        return issuer in (base, f"{base}/")
    prefix = issuer.removesuffix("/") + "/"
    return prefix.count("/") > len("//") and url.startswith(prefix)


def issuer_hits(declared: Declared, document: Document) -> Iterator[Hit]:
    """Yield DSC-05 to DSC-07, and DSC-12 for the issuer; a missing issuer has been reported."""
    served, written = document.issuer, declared.issuer
    if not served:
        return
    if written is not None and written != served and _loosest(written) == _loosest(served):
        yield Hit("DSC-06", contrast("written", written, "served", served), _FIELD)
    if belongs(served, declared.well_known_url):
        if written is not None and _loosest(written) != _loosest(served):
            message = f"the override {shown(written)} is not the served issuer {shown(served)}"
            yield Hit("DSC-12", message, _FIELD)
        return
    yield from _foreign(declared, served, written)


def _loosest(url: str) -> str:
    return loosened(url).casefold()


def _foreign(declared: Declared, served: str, written: str | None) -> Iterator[Hit]:
    base = base_of(declared.well_known_url)
    above, found, _ = declared.well_known_url.partition("/.well-known/")
    known = known_exception(above, served) if found else None
    names = f"the document names the issuer {shown(served)}"
    owner = "and its URL is not below that" if base is None else f"and its URL is that of {shown(base)}"
    if known is not None:
        yield Hit("DSC-07", f"{names}: {known.why}", _FIELD, known.hint)
    if written is None and not _is_template(served):
        yield Hit("DSC-05", f"{names}, {owner}", _FIELD, None if known is None else known.hint)
    elif written is not None and known is None:
        override = "the override is the same" if written == served else f"the override is {shown(written)}"
        message = f"{names}, {owner}; {override}"
        yield Hit("DSC-05", message, _FIELD, severity=Severity.WARNING)


def _is_template(issuer: str) -> bool:
    """Say whether URL-11 speaks about `issuer` already."""
    return "{" in issuer
