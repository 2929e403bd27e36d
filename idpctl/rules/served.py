"""The rules on what a document hands out, as far as the configuration does not override it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.errors import Severity
from idpctl.providers import about_token_endpoint
from idpctl.rules.hits import Hit, is_error
from idpctl.rules.hosts import forbidden_kind
from idpctl.rules.url_parts import shown, split
from idpctl.rules.urls import check_url, is_boring

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.documents import Document
    from idpctl.model import Declared
    from idpctl.rules.url_parts import Parts
    from idpctl.rules.urls import UrlPolicy

_ENDPOINTS = {"token_endpoint": "token_endpoint", "jwks_endpoint": "jwks_uri"}
_ALGORITHMS = "id_token_signing_alg_values_supported"
_AD_FS_ISSUER = "access_token_issuer"
_ABOUT_HOSTS = frozenset({"URL-07", "URL-08", "URL-09", "URL-12"})


def served_hits(declared: Declared, document: Document, policy: UrlPolicy) -> Iterator[Hit]:
    """Yield DSC-08, DSC-10 to DSC-13, and URL-* on the served values that would be used."""
    if document.issuer and declared.issuer is None:
        yield from endpoint_hits(document.issuer, document.url, "issuer", policy)
    for field, member in _ENDPOINTS.items():
        served, written = getattr(document, member), getattr(declared, field)
        if written is None:
            yield from _used(document, member, field, policy)
        elif served is not None and served != written:
            message = f"the override {shown(written)} is not the served `{member}` {shown(served)}"
            yield Hit("DSC-12", message, field)
    yield from _algorithms(document)
    yield from _other_token_issuer(declared, document)


def _used(document: Document, member: str, field: str, policy: UrlPolicy) -> Iterator[Hit]:
    served = getattr(document, member)
    if served:
        yield from endpoint_hits(served, document.url, field, policy)
    elif served == "" or member not in document.members:
        hint = about_token_endpoint(document.url) if field == "token_endpoint" else None
        yield Hit("DSC-08", f"the document has no `{member}`", field, hint)


def endpoint_hits(url: str, document_url: str, field: str, policy: UrlPolicy) -> Sequence[Hit]:
    """Return what URL-* and DSC-10 say about a value that the document at `document_url` hands out.

    Where DSC-10 speaks, it speaks for URL-01, URL-08 and URL-12 too. What there is to say about a
    host has been said of the well-known URL, where that has the same.
    """
    if is_boring(url):  # https, and on a host that is neither an address nor an internal name
        return ()
    hits = check_url(url, field, policy)
    parts, home = split(url), split(document_url)
    if parts is None or home is None:
        return hits
    reason = None if field == "issuer" else _not_public(parts, home, policy)
    if reason is not None:
        rest = [hit for hit in hits if hit.rule not in {"URL-01", "URL-08", "URL-12"}]
        return [*rest, Hit("DSC-10", f"the document hands out {shown(url)}, which {reason}", field)]
    if parts.host == home.host:
        return [hit for hit in hits if hit.rule not in _ABOUT_HOSTS]
    return hits


def _not_public(parts: Parts, home: Parts, policy: UrlPolicy) -> str | None:
    kind = forbidden_kind(parts.plain_host, policy)
    if kind is not None:
        return f"is on a {kind} address"
    is_downgrade = parts.scheme.lower() == "http" and home.scheme.lower() == "https"
    return "is plain http" if is_downgrade else None


def _algorithms(document: Document) -> Iterator[Hit]:
    names = document.members.get(_ALGORITHMS)
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        return
    if all(name == "none" or name.startswith("HS") for name in names):
        yield Hit("DSC-11", f"`{_ALGORITHMS}` has only algorithms without a public key", "well_known_url")


def _other_token_issuer(declared: Declared, document: Document) -> Iterator[Hit]:
    other = document.members.get(_AD_FS_ISSUER)
    if not isinstance(other, str) or other in (document.issuer, declared.issuer):
        return
    message = f"access tokens carry the issuer {shown(other)} (`{_AD_FS_ISSUER}`)"
    yield Hit("DSC-13", message, "issuer", severity=Severity.INFO)


def is_usable_key_set(url: str, document_url: str, policy: UrlPolicy) -> bool:
    """Say whether no rule refuses a served `jwks_uri`: whether it may be fetched."""
    return not any(is_error(hit) for hit in endpoint_hits(url, document_url, "jwks_endpoint", policy))
