"""Signatures, by joserfc: the one module that knows it. Which key and algorithm fit is decided elsewhere."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Key = RSAKey | ECKey | OKPKey

_KINDS: Mapping[str, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}


def verify(algorithm: str, jwk: Mapping[str, str], signed: bytes, signature: bytes) -> bool:
    """Say whether `signature` over `signed` was made with the private half of `jwk`.

    `jwk` has only the public members of its kind, in base64url. A key that is none fits nothing.
    """
    try:
        key = _KINDS[jwk["kty"]].import_key(dict(jwk))
        # joserfc warns of the name EdDSA (RFC 9864); the algorithm is that of the curve.
        model = JWSRegistry.algorithms[jwk["crv"] if algorithm == "EdDSA" else algorithm]
        model.check_key(key)
        return model.verify(signed, signature, key)
    except (JoseError, ValueError):
        return False


def is_confused(hash_name: str, jwk: Mapping[str, str], signed: bytes, signature: bytes) -> bool:
    """Say whether `signature` is a MAC whose secret is the public key itself, as files usually hold it."""
    try:
        secrets = list(_texts(_KINDS[jwk["kty"]].import_key(dict(jwk))))
    except (JoseError, ValueError):
        return False
    macs = (hmac.digest(secret, signed, hash_name) for secret in secrets)
    return any(hmac.compare_digest(mac, signature) for mac in macs)


def _texts(key: Key) -> Iterator[bytes]:
    pem = key.as_bytes(encoding="PEM", private=False)
    yield from (pem, pem.strip(), key.as_bytes(encoding="DER", private=False))
