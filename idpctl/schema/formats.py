"""The formats that a policy can ask for. Each of them is checked; what is not here, a policy cannot say.

jsonschema lets a format pass whose package is not installed, which is nearly all of them.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from idpctl.model import Json

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")  # RFC 1123 section 2.1
_HEX = "[0-9A-Fa-f]"
# RFC 3986 section 3: a scheme, then characters of the grammar alone, brackets only around a host.
_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:(?://[^\[\]/?#]*(?:\[[0-9A-Fa-f:.]+\](?::[0-9]*)?)?(?=[/?#]|\Z))?[^\[\]#]*"
    r"(?:#[^\[\]#]*)?"
)
_URI_CHARACTERS = re.compile(rf"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%{_HEX}{{2}})+")
_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_UUID = re.compile(rf"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}")  # RFC 9562 section 4


def _is_hostname(text: str) -> bool:
    return _HOSTNAME.fullmatch(text) is not None


def _is_uri(text: str) -> bool:
    return _URI_CHARACTERS.fullmatch(text) is not None and _URI.fullmatch(text) is not None


def _is_email(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return _EMAIL.fullmatch(local) is not None and _is_hostname(domain)


def _is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def _is_address(kind: type[IPv4Address | IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return "%" not in text  # an IPv6 zone, which Python accepts and RFC 4291 does not have


FORMATS: Mapping[str, Callable[[str], bool]] = {
    "uri": _is_uri,
    "hostname": _is_hostname,
    "ipv4": lambda text: _is_address(IPv4Address, text),
    "ipv6": lambda text: _is_address(IPv6Address, text),
    "email": _is_email,
    "uuid": _is_uuid,
}


def fits(name: str, value: Json) -> bool:
    """Say whether `value` has the format `name`; what is no text fits every format."""
    return not isinstance(value, str) or FORMATS[name](value)
