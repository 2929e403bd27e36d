"""Tokens and the keys that sign them, as providers issue them and as attackers do."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

Key = RSAKey | ECKey | OKPKey

ISSUER = "https://idp.example.com"
AUDIENCE = "api://default"
NOW = 1_790_000_000
# What an algorithm signs with.
KINDS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "ES256K": "secp256k1",
    "EdDSA": "Ed25519",
    "Ed25519": "Ed25519",
    "Ed448": "Ed448",
}


@cache
def key(kind: str = "RSA", kid: str | None = "one") -> Key:
    """Return a private key: RSA, or one of a curve; the same one for the same `kid`."""
    named = {} if kid is None else {"kid": kid}
    if kind == "RSA":
        return RSAKey.generate_key(2048, named)
    return OKPKey.generate_key(kind, named) if kind.startswith("Ed") else ECKey.generate_key(kind, named)  # type: ignore[arg-type]


def public(*keys: Key, **members: Any) -> dict[str, Any]:
    """Return the key set of these keys; `members` are added to each."""
    return {"keys": [{**one.as_dict(private=False), **members} for one in keys]}


def part(content: Any) -> str:
    """Return a part of a token: bytes as they are, anything else as JSON."""
    octets = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims(now: int = NOW, **given: Any) -> dict[str, Any]:
    """Return the claims of a good token; None leaves one out."""
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "someone", "iat": now, "exp": now + 600, **given}
    return {name: value for name, value in whole.items() if value is not None}


def token(
    signer: Key | None = None, *, header: dict[str, Any] | None = None, now: int = NOW, **given: Any
) -> str:
    """Return a token that is signed by `signer` (default: `key()`) under `kid` one and RS256."""
    whole = {"alg": "RS256", "kid": "one", **(header or {})}
    whole = {name: value for name, value in whole.items() if value is not None}
    return signed(whole, part(claims(now, **given)), signer or key())


def signed(header: dict[str, Any], payload: str, signer: Key) -> str:
    text = f"{part(header)}.{payload}"
    name = signer.as_dict(private=False)["crv"] if header["alg"] == "EdDSA" else header["alg"]
    return f"{text}.{part(JWSRegistry.algorithms[str(name)].sign(text.encode(), signer))}"


def with_secret(secret: bytes, name: str = "HS256", **given: Any) -> str:
    """Return a token with a MAC in place of a signature."""
    text = f"{part({'alg': name, 'kid': 'one'})}.{part(claims(**given))}"
    return f"{text}.{part(hmac.digest(secret, text.encode(), 'sha' + name[2:]))}"
