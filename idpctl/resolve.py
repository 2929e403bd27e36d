"""From a declared provider and its discovery document to the values that a registry shall hold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import ALL_FROM_CONFIG, Desired, IdentityProvider, Origin, Provenance

if TYPE_CHECKING:
    from idpctl.documents import Document, Entry
    from idpctl.model import Declared


def resolve(declared: Declared, document: Document | None, entry: Entry | None = None) -> Desired | None:
    """Return the desired provider, None where an endpoint is neither written, locked nor served.

    What is written wins over what is locked, and that over what is served, byte for byte; a served ""
    is no value. Each endpoint keeps where it came from.
    """
    issuer, token, jwks = declared.issuer, declared.token_endpoint, declared.jwks_endpoint
    provenance = ALL_FROM_CONFIG
    if issuer is None or token is None or jwks is None:
        if document is None and entry is None:
            return None
        provenance = Provenance(
            issuer=_origin(issuer, entry, "issuer"),
            token_endpoint=_origin(token, entry, "token_endpoint"),
            jwks_endpoint=_origin(jwks, entry, "jwks_uri"),
        )
        issuer = _filled(entry, document, "issuer") if issuer is None else issuer
        token = _filled(entry, document, "token_endpoint") if token is None else token
        jwks = _filled(entry, document, "jwks_uri") if jwks is None else jwks
        if issuer is None or token is None or jwks is None:
            return None
    return Desired(
        declared=declared,
        idp=IdentityProvider(
            name=declared.name,
            type=declared.type,
            description=declared.description,
            allowed_token_audience=declared.allowed_token_audience,
            well_known_url=declared.well_known_url,
            issuer=issuer,
            token_endpoint=token,
            jwks_endpoint=jwks,
            enabled=declared.enabled,
            properties=declared.properties,
        ),
        provenance=provenance,
    )


def _filled(entry: Entry | None, document: Document | None, member: str) -> str | None:
    locked: str | None = getattr(entry, member, None)
    return locked or getattr(document, member, None) or None


def _origin(written: str | None, entry: Entry | None, member: str) -> Origin:
    if written is not None:
        return Origin.CONFIG
    return Origin.LOCK if getattr(entry, member, None) else Origin.DISCOVERY
