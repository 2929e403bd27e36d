"""From a declared provider and its discovery document to the values that a registry shall hold. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.model import ALL_FROM_CONFIG, Desired, IdentityProvider, Origin, Provenance

if TYPE_CHECKING:
    from idpctl.documents import Document
    from idpctl.model import Declared


def resolve(declared: Declared, document: Document | None) -> Desired | None:
    """Return the desired provider, None where an endpoint is neither written nor served.

    What is written wins over what is served, byte for byte; a served "" is no value. Each endpoint
    keeps where it came from.
    """
    issuer, token, jwks = declared.issuer, declared.token_endpoint, declared.jwks_endpoint
    provenance = ALL_FROM_CONFIG
    if issuer is None or token is None or jwks is None:
        if document is None:
            return None
        provenance = Provenance(
            issuer=_origin(issuer), token_endpoint=_origin(token), jwks_endpoint=_origin(jwks)
        )
        issuer = (document.issuer or None) if issuer is None else issuer
        token = (document.token_endpoint or None) if token is None else token
        jwks = (document.jwks_uri or None) if jwks is None else jwks
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


def _origin(written: str | None) -> Origin:
    return Origin.DISCOVERY if written is None else Origin.CONFIG
