"""The rules URL-01 to URL-14, each with its own words: only reached by URLs that are not boring."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from idpctl import providers
from idpctl.errors import Severity
from idpctl.provider_table import WELL_KNOWN_SUFFIXES
from idpctl.rules import hosts
from idpctl.rules.hits import Hit
from idpctl.rules.url_parts import DEFAULT_PORTS, Parts, a_label, shown, split
from idpctl.rules.url_views import disagree
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from idpctl.rules.urls import UrlPolicy

_TEMPLATE = re.compile(
    r"[{}<>$\u2026]|%(?:7[BbDd]|3[CcEe]|24)|YOUR[_-]"
    r"|(?<![A-Za-z])your(?:[A-Z_]|-?(?:okta-?)?(?:domain|tenant|org)(?![a-z]))"
)
_UNUSUAL_PATH = re.compile(r"//|/(?:\.|%2[Ee]){1,2}(?:/|\Z)")
_ENCODE = re.compile(r"[^!#$%&'()*+,./:;=?@\[\]_~0-9A-Za-z{}<>-]")
_NOT_AN_ISSUER = re.compile(
    r"/\.well-known|config|metadata|discovery|\.(?:json|xml|html?|php|aspx?|txt)\Z", re.IGNORECASE
)
_INSERTED = tuple(f"{suffix}/" for suffix in WELL_KNOWN_SUFFIXES)
_IPV6 = 6
_NO_PARTS = Parts("", None, "", None, "", None, None)


class _Subject(NamedTuple):
    url: str
    field: str
    policy: UrlPolicy
    parts: Parts

    @property
    def scheme(self) -> str:
        return self.parts.scheme.lower()

    @property
    def host(self) -> str:
        return self.parts.plain_host

    @property
    def is_allowed_loopback(self) -> bool:
        """Say whether this is plain http on a loopback literal, which the operator allowed."""
        allowed = self.policy.allow_loopback_http and self.scheme == "http"
        return allowed and hosts.is_loopback_literal(self.host)

    def hit(self, rule: str, message: str, hint: str | None = None, severity: Severity | None = None) -> Hit:
        return Hit(rule, message, self.field, hint, severity)


def explain(url: str, field: str, policy: UrlPolicy) -> list[Hit]:
    """Return every finding on `url` as the value of `field`."""
    parts = split(url)
    if parts is None:
        subject = _Subject(url, field, policy, _NO_PARTS)
        absolute = subject.hit("URL-01", f"{shown(url)} is not an absolute URL")
        return [absolute, *_characters(subject), *_template(subject)]
    subject = _Subject(url, field, policy, parts)
    return [hit for check in _CHECKS for hit in check(subject)]


def _scheme(subject: _Subject) -> Iterator[Hit]:
    if subject.scheme == "https" or subject.is_allowed_loopback:
        return
    if subject.scheme != "http":
        yield subject.hit("URL-01", f"{shown(subject.url)} has the scheme {quote(subject.scheme)}")
    elif hosts.is_loopback_literal(subject.host):
        hint = "On this machine alone, plain http is possible with --allow-loopback-http."
        yield subject.hit("URL-01", f"{shown(subject.url)} uses http", hint)
    else:
        yield subject.hit("URL-01", f"{shown(subject.url)} uses http, which anybody on the way can rewrite")


def _components(subject: _Subject) -> Iterator[Hit]:
    parts = subject.parts
    if parts.userinfo is not None:
        yield subject.hit("URL-02", "a user name or password stands before the host (not shown)")
    if parts.fragment is not None:
        yield subject.hit("URL-03", f"{shown(subject.url)} has a fragment")
    if parts.query is None:
        return
    if subject.field == "issuer":
        yield subject.hit("URL-04", f"{shown(subject.url)} has a query")
    else:
        hint = "A query is allowed here: Azure AD B2C names its policy so."
        yield subject.hit("URL-04", f"{shown(subject.url)} has a query", hint, Severity.INFO)


def _bad_character(text: str) -> str | None:
    return next((c for c in text if c == "\\" or c.isspace() or not c.isprintable()), None)


def _characters(subject: _Subject) -> Iterator[Hit]:
    bad = _bad_character(subject.url)
    if bad is not None:
        place = subject.url.index(bad) + 1
        yield subject.hit("URL-05", f"{shown(subject.url)} holds U+{ord(bad):04X} at position {place}")
    if "%" in subject.host and _TEMPLATE.search(subject.host) is None:
        yield subject.hit("URL-05", f"the host of {shown(subject.url)} holds a `%`")


def _host(subject: _Subject) -> Iterator[Hit]:
    host, raw = subject.host, subject.parts.host
    if not subject.parts.port_is_valid:
        yield subject.hit("URL-06", f"{shown(subject.url)} has an impossible port")
    elif not host:
        yield subject.hit("URL-06", f"{shown(subject.url)} has no host")
    elif _TEMPLATE.search(host) is None and "%" not in host and _bad_character(host) is None:
        yield from _plain_host(subject, host, raw)


def _plain_host(subject: _Subject, host: str, raw: str) -> Iterator[Hit]:
    address = hosts.address_of(host)
    if raw != (f"[{host}]" if address is not None and address.version == _IPV6 else host):
        yield subject.hit("URL-06", f"{quote(raw)} is not a host")
    elif address is not None:
        yield from _address(subject, host)
    elif hosts.is_odd_ipv4(host):
        yield subject.hit("URL-07", f"some programs read the host {quote(host)} as an IPv4 address")
    elif not hosts.is_name(host):
        yield subject.hit("URL-06", f"{quote(host)} is not a host name")
    else:
        yield from _name(subject, host)


def _address(subject: _Subject, host: str) -> Iterator[Hit]:
    if hosts.is_never_allowed(host):
        message = f"{host} is an address that no endpoint can have"
        yield subject.hit("URL-08", message, "Write the provider's name.", Severity.ERROR)
    elif not subject.is_allowed_loopback:
        yield subject.hit("URL-08", f"the host of {shown(subject.url)} is an IP address")


def _name(subject: _Subject, host: str) -> Iterator[Hit]:
    if not host.isascii():
        yield subject.hit("URL-09", f"the host {quote(host)} is {a_label(host)} in DNS")
    elif "xn--" in host.lower():
        yield subject.hit("URL-09", f"the host {quote(host)} stands for {quote(hosts.u_label(host))}")
    if hosts.is_internal(host) and not subject.is_allowed_loopback:
        yield subject.hit("URL-12", f"{quote(host)} is a name of one machine or one network")


def _form(subject: _Subject) -> Iterator[Hit]:
    parts = subject.parts
    port = parts.port if parts.port_is_valid else None
    signs = {
        "the default port is written out": port is not None and port == DEFAULT_PORTS.get(subject.scheme),
        "the port begins with a zero": port is not None and port.startswith("0"),
        "scheme or host has upper case": (parts.scheme + parts.host).lower() != parts.scheme + parts.host,
        "the host ends with a dot": parts.host.endswith("."),
        "the path has `//`, `/./` or `/../`": _UNUSUAL_PATH.search(parts.path) is not None,
        "the path has characters to percent-encode": _ENCODE.search(parts.path) is not None,
    }
    found = [sign for sign, present in signs.items() if present]
    if found and _TEMPLATE.search(parts.host) is None and _bad_character(subject.url) is None:
        yield subject.hit("URL-10", f"{shown(subject.url)}: {'; '.join(found)}")


def _template(subject: _Subject) -> Iterator[Hit]:
    match = _TEMPLATE.search(subject.url)
    if match is not None:
        message = f"{shown(subject.url)} holds a placeholder, not a value"
        yield subject.hit("URL-11", message, providers.instead_of_template(subject.url))


def _suffix(subject: _Subject) -> Iterator[Hit]:
    path = subject.parts.path
    if subject.field != "well_known_url" or path.endswith(WELL_KNOWN_SUFFIXES):
        return
    if any(path.startswith(suffix) and path != suffix for suffix in _INSERTED):
        return  # RFC 8414 section 3.1 puts the path of the issuer behind the suffix
    if _NOT_AN_ISSUER.search(path) is None:
        hint = f"Append {WELL_KNOWN_SUFFIXES[0]} to it."
        yield subject.hit("URL-13", f"{shown(subject.url)} looks like an issuer", hint, Severity.ERROR)
    else:
        yield subject.hit("URL-13", f"{shown(subject.url)} has an unusual end")


def _views(subject: _Subject) -> Iterator[Hit]:
    if disagree(subject.url):
        yield subject.hit("URL-14", f"programs disagree about the host of {shown(subject.url)}")


_CHECKS: tuple[Callable[[_Subject], Iterator[Hit]], ...] = (
    _scheme,
    _components,
    _characters,
    _host,
    _form,
    _template,
    _suffix,
    _views,
)
