"""A token as it was handed in: taken apart strictly, and shown to nobody.

No message here repeats a part of it, and the value has no readable form: what may be shown is
asked for by name (`shown_claims`).
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from idpctl.checkup.model import MOST_SHOWN
from idpctl.checkup.rows import RULES
from idpctl.errors import InvalidInputError
from idpctl.rules.base import finding
from idpctl.rules.strict_json import StrictJsonError
from idpctl.rules.strict_json import parse as parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from idpctl.errors import Problem
    from idpctl.model import Json

MOST_BYTES = 16 * 1024
MOST_READ = MOST_BYTES + 1024  # room for white space around it
# RFC 6750 section 2.1: what a bearer token may consist of.
_BEARER = re.compile(rb"[A-Za-z0-9._~+/-]+=*")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_SIGNED, _ENCRYPTED = 3, 5  # parts
_LAST_TIME = 253_402_300_799  # the end of the year 9999


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Token:
    """A JWS: its header and claims are what it says of itself, and no more."""

    header: Mapping[str, Json]
    claims: Mapping[str, Json]
    signed: bytes
    signature: bytes

    def text(self, name: str) -> str:
        """Return a claim that is text, "" for anything else."""
        claim = self.claims.get(name)
        return claim if isinstance(claim, str) else ""

    @property
    def audiences(self) -> tuple[str, ...]:
        """Return the audiences: one text, or an array of them (RFC 7519 section 4.1.3)."""
        claim = self.claims.get("aud")
        several = claim if isinstance(claim, list) else [claim]
        return tuple(one for one in several if isinstance(one, str))


class _BrokenError(Exception):
    """A part is not what it has to be; the message says why, without its content."""


def read(raw: bytes) -> str:
    """Return the token in `raw`, white space around it left out.

    Raises InvalidInputError for what cannot be a token at all: nothing, several words, other
    characters than RFC 6750 allows, or more than 16 KiB.
    """
    stripped = raw.strip()
    if not stripped:
        raise InvalidInputError("there is no token: nothing was handed in")
    if len(stripped) > MOST_BYTES or len(raw) >= MOST_READ:
        raise InvalidInputError(f"this is not a token: it is larger than {MOST_BYTES // 1024} KiB")
    if not _BEARER.fullmatch(stripped):
        raise InvalidInputError(
            "this is not a token: it holds white space, or characters that no token has",
            hint="hand in the token alone, without `Bearer`, quotes or the JSON around it",
        )
    return stripped.decode("ascii")


def parse(text: str) -> Token | Problem:
    """Return the token that `text` holds, or the first thing that is wrong with its form."""
    parts = text.split(".")
    if len(parts) != _SIGNED:
        return _unsigned(len(parts))
    try:
        header, claims = _object("header", parts[0]), _object("payload", parts[1])
        signature = _octets("signature", parts[2])
    except _BrokenError as error:
        return finding(RULES["TOK-02"], str(error))
    signed = f"{parts[0]}.{parts[1]}".encode("ascii")
    return Token(header=header, claims=claims, signed=signed, signature=signature)


def _unsigned(parts: int) -> Problem:
    if parts == _ENCRYPTED:
        return finding(
            RULES["TOK-01"],
            "it has five parts: an encrypted token (JWE)",
            hint="The gateway cannot decrypt it: have the provider issue signed tokens for this audience.",
        )
    if parts == 1:
        return finding(
            RULES["TOK-01"],
            "it has one part: an opaque token, which its issuer alone understands",
            hint="Ask the provider for a JWT; many issue one only where an audience of an API is requested.",
        )
    return finding(RULES["TOK-01"], f"it has {parts} parts, not three")


def _octets(name: str, part: str) -> bytes:
    if not _BASE64URL.fullmatch(part) or len(part) % 4 == 1:
        raise _BrokenError(f"the {name} is not base64url without padding")
    octets = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    # The last character has bits that no octet takes; two texts for one value would be two tokens.
    if urlsafe_b64encode(octets).rstrip(b"=").decode("ascii") != part:
        raise _BrokenError(f"the {name} does not end as base64url has to")
    return octets


def _object(name: str, part: str) -> Mapping[str, Json]:
    if not part:
        raise _BrokenError(f"the {name} is empty")
    try:
        found = parse_json(_octets(name, part), limit=MOST_BYTES)
    except StrictJsonError:
        # Its message may name a member.
        raise _BrokenError(f"the {name} is not JSON that every reader understands alike") from None
    if not isinstance(found, dict):
        raise _BrokenError(f"the {name} is not a JSON object")
    return found


def shown_claims(token: Token) -> dict[str, str]:
    """Return what may be shown of a token, cut but not yet escaped: iss, aud, exp and kid."""
    return dict(_shown(token))


def _shown(token: Token) -> Iterator[tuple[str, str]]:
    if token.text("iss"):
        yield "iss", cut(token.text("iss"))
    if token.audiences:
        yield "aud", cut(", ".join(token.audiences))
    expires = seconds(token.claims.get("exp"))
    if expires is not None:
        yield "exp", moment(expires)
    kid = token.header.get("kid")
    if isinstance(kid, str):
        yield "kid", cut(kid)


def cut(text: str) -> str:
    """Return the begin of a long text, with the number of characters that are left out."""
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}...(+{len(text) - MOST_SHOWN})"


def seconds(claim: Json) -> float | None:
    """Return a NumericDate (RFC 7519 section 2), None for what is none."""
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        return None
    return claim if 0 <= claim <= _LAST_TIME else None


def moment(when: float) -> str:
    """Return a time as RFC 3339 writes it."""
    return datetime.fromtimestamp(int(when), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
