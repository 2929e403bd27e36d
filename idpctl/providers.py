"""Questions about identity providers, answered from two tables. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.provider_table import KnownException, Quirk


@cache
def _owners() -> Mapping[str, str]:
    from idpctl.provider_table import PRODUCTS

    return {host: kind for kind, product in PRODUCTS.items() for host in product.hosts}


def owner_of(host: str) -> str | None:
    """Return the type of provider that owns `host` or a domain above it; None for most hosts."""
    owners = _owners()
    while host:
        found = owners.get(host)
        if found is not None:
            return found
        host = host.partition(".")[2]
    return None


def title_of(kind: str) -> str:
    """Return the name of a type of provider as people write it."""
    from idpctl.provider_table import PRODUCTS

    return PRODUCTS[kind].title if kind in PRODUCTS else kind


@cache
def quirks_of(kind: str) -> tuple[tuple[Quirk, re.Pattern[str], re.Pattern[str] | None], ...]:
    """Return the quirks of a type, with its patterns for issuer and audience compiled."""
    from idpctl.provider_table import QUIRKS

    return tuple(
        (quirk, re.compile(quirk.issuer), None if quirk.audience is None else re.compile(quirk.audience))
        for quirk in QUIRKS.get(kind, ())
    )


def known_exception(base: str, issuer: str) -> KnownException | None:
    """Return why the document at `base`/.well-known/... is known to name `issuer`; None if it is not."""
    from idpctl.provider_table import KNOWN_EXCEPTIONS

    text = f"{base} {issuer}"
    return next((known for known in KNOWN_EXCEPTIONS if re.fullmatch(known.pattern, text)), None)


def instead_of_template(url: str) -> str | None:
    """Return what to write instead of the placeholder in `url`, where its host tells."""
    from idpctl.provider_table import INSTEAD

    return next((hint for pattern, hint in INSTEAD if re.search(pattern, url, re.IGNORECASE)), None)


def about_token_endpoint(url: str) -> str | None:
    """Return why the provider at `url` has no token endpoint, where that is known."""
    from idpctl.provider_table import NO_TOKEN_ENDPOINT

    host = url.partition("://")[2].partition("/")[0]
    return next((hint for pattern, hint in NO_TOKEN_ENDPOINT if re.search(pattern, host)), None)


def registrable(host: str) -> str:
    """Return the part of `host` that somebody registered, by a small table instead of the public suffix list.

    An address, or a name that has nothing above it, is returned as it is.
    """
    from idpctl.rules.host_table import RENTED_SUFFIXES, SHARED_SECOND_LEVELS

    labels = host.lower().removesuffix(".").split(".")
    if labels[-1].isdigit() or host.startswith("["):
        return host
    for take in range(2, len(labels)):
        if ".".join(labels[-take:]) in RENTED_SUFFIXES:
            return ".".join(labels[-take - 1 :])
    two_letters = 2
    shared = len(labels[-1]) == two_letters and labels[-2:-1] and labels[-2] in SHARED_SECOND_LEVELS
    return ".".join(labels[-3:] if shared else labels[-2:])


def is_same_family(host: str, other: str) -> bool:
    """Say whether one vendor is known to serve a provider from the domains of both hosts."""
    from idpctl.rules.host_table import FAMILIES

    return any(_below(host, family) and _below(other, family) for family in FAMILIES)


def _below(host: str, domains: tuple[str, ...]) -> bool:
    return host.endswith(tuple(f".{domain}" for domain in domains)) or host in domains


@cache
def _tenants() -> re.Pattern[str]:
    from idpctl.rules.host_table import TENANTS

    return re.compile("|".join(TENANTS))


def trust_anchor(url: str) -> str:
    """Return what a change of trust is judged by: who answers at `url`.

    That is the host, the port where it is not the default, and on hosts that serve many tenants
    the path as far as it names the tenant. Plain http is another anchor than https. Userinfo is left
    out, so that the text can be shown escaped.
    """
    from idpctl.rules.url_parts import DEFAULT_PORTS, a_label, split

    parts = split(url)
    if parts is None:
        return url.rpartition("@")[2]
    scheme = parts.scheme.lower()
    host = a_label(parts.host) or parts.host
    match = _tenants().match(host + parts.path)
    path = match.group()[len(host) :] if match else ""
    port = "" if parts.port in (None, "", DEFAULT_PORTS.get(scheme)) else f":{parts.port}"
    return f"{'' if scheme == 'https' else scheme + '://'}{host}{port}{path}"
