"""The rules on a provider whose endpoints are all known, wherever they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.providers import owner_of, quirks_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.errors import Problem
    from idpctl.model import Desired, IdentityProvider
    from idpctl.rules.hits import Hit

_MANDATORY = ("name", "allowed_token_audience", "well_known_url", "issuer", "token_endpoint", "jwks_endpoint")


def check_resolved(desired: Desired) -> list[Problem]:
    """Return the findings CFG-01, 11 to 14, DSC-09, and URL-11 for an issuer that names no tenant."""
    idp = desired.idp
    host = idp.issuer.partition("//")[2].partition("/")[0]
    origin = f"https://{host}/"
    owner = owner_of(host)
    if (
        (owner is None or owner == idp.type)
        and idp.token_endpoint.startswith(origin)
        and idp.jwks_endpoint.startswith(origin)
        and idp.name
        and idp.allowed_token_audience
        and idp.well_known_url
        and not (quirks_of(idp.type) and _has_quirk(idp, idp.type))
    ):
        return []
    from idpctl.rules.hits import problems

    return problems(_hits(idp, owner), desired.declared)


def _has_quirk(idp: IdentityProvider, kind: str) -> bool:
    return any(
        issuer.search(idp.issuer) and (audience is None or audience.search(idp.allowed_token_audience))
        for _, issuer, audience in quirks_of(kind)
    )


def _hits(idp: IdentityProvider, owner: str | None) -> Iterator[Hit]:
    from idpctl.rules.values import empty

    missing = [field for field in _MANDATORY if not getattr(idp, field).strip()]
    yield from map(empty, missing)
    if "issuer" not in missing:
        yield from _quirks(idp, owner)
        yield from _type(idp, owner)
        yield from _other_hosts(idp)


def _quirks(idp: IdentityProvider, owner: str | None) -> Iterator[Hit]:
    """Yield what the tables know about the declared type, and about the owner of the host."""
    from idpctl.rules.hits import Hit

    for kind in dict.fromkeys((idp.type, owner or idp.type)):
        for quirk, issuer, audience in quirks_of(kind):
            if issuer.search(idp.issuer) and (
                audience is None or audience.search(idp.allowed_token_audience)
            ):
                yield Hit(quirk.rule, quirk.message, "issuer", quirk.hint)


def _type(idp: IdentityProvider, owner: str | None) -> Iterator[Hit]:
    """Yield CFG-13: `custom` fits every host, and a host without an owner fits every type."""
    from idpctl.providers import title_of
    from idpctl.rules.hits import Hit

    if owner is not None and idp.type not in (owner, "custom"):
        wanted = f"type {idp.type}" if owner == "custom" else f"type {idp.type}, not {owner}"
        belongs = "a vendor without a type of its own" if owner == "custom" else title_of(owner)
        yield Hit(
            "CFG-13", f"{wanted} is declared, and the host of the issuer belongs to {belongs}", "issuer"
        )


def _other_hosts(idp: IdentityProvider) -> Iterator[Hit]:
    """Yield DSC-09 for endpoints away from the issuer's host: 13 of 60 real documents have one."""
    from idpctl.errors import Severity
    from idpctl.providers import is_same_family, registrable
    from idpctl.rules.hits import Hit
    from idpctl.rules.url_parts import split
    from idpctl.text import quote

    home = split(idp.issuer)
    for field in ("token_endpoint", "jwks_endpoint"):
        away = split(getattr(idp, field))
        if home is None or away is None or home.host.lower() == away.host.lower():
            continue
        issuer_host, host = home.host.lower(), away.host.lower()
        known = registrable(issuer_host) == registrable(host) or is_same_family(issuer_host, host)
        severity = Severity.INFO if known else None
        message = f"{field} is on {quote(host)}, the issuer on {quote(issuer_host)}"
        hint = "Both belong to one site: nothing to do." if known else None
        yield Hit("DSC-09", message, field, hint, severity)
