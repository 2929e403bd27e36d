"""One key of a key set: what it is for, how strong it is, and how well it is written.

Key sets hold keys of every kind side by side, and one bad key must not spoil the set (RFC 7517
section 5): what is not understood is set aside, never refused.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.model import Json

MIN_RSA_BITS = 2048  # RFC 7518 section 3.3
# Octets of a coordinate: RFC 7518 section 6.2.1.1, RFC 8812 section 3.1, RFC 8037 section 2.
_EC_CURVES = {"P-256": 32, "P-384": 48, "P-521": 66, "secp256k1": 32}
_ED_CURVES = {"Ed25519": 32, "Ed448": 57}
_SECRETS = ("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv")
_NOT_FOR_SIGNATURES = frozenset({"encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits"})
_ENCRYPTION = ("RSA-OAEP", "RSA1_5", "ECDH-ES", "dir", "A128", "A192", "A256", "PBES2")
_TO_URL = str.maketrans("+/", "-_")


class Octets(NamedTuple):
    """A base64url value: its octets, None where it has none, and whether it was written by the standard."""

    value: bytes | None
    standard: bool


class Key(NamedTuple):
    """A key for signatures: `octets` are its public numbers, `bits` those of an RSA modulus, else 0."""

    octets: tuple[bytes, ...] | None
    bits: int
    standard: bool

    @property
    def usable(self) -> bool:
        """Say whether a signature can be trusted to this key."""
        return self.octets is not None and not 0 < self.bits < MIN_RSA_BITS


_MALFORMED = Key(octets=None, bits=0, standard=False)


def secret_members(jwk: Mapping[str, Json]) -> list[str]:
    """Return the names of the private and symmetric members that `jwk` publishes."""
    return [name for name in _SECRETS if jwk.get(name)]


def read(jwk: Json) -> Key | None:
    """Return the key for signatures that `jwk` holds, None where it is none or of an unknown kind."""
    if not isinstance(jwk, dict):
        return _MALFORMED
    kind, curve = _text(jwk.get("kty")), _text(jwk.get("crv"))
    if kind not in {"RSA", "EC", "OKP"} or _is_for_something_else(jwk):
        return None
    if kind == "RSA":
        return _rsa(_decode(jwk.get("n")), _decode(jwk.get("e")))
    if kind == "EC":
        return _curve(_EC_CURVES.get(curve), jwk.get("x"), jwk.get("y"))
    return _curve(_ED_CURVES[curve], jwk.get("x")) if curve in _ED_CURVES else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _is_for_something_else(jwk: Mapping[str, Json]) -> bool:
    operations, algorithm = jwk.get("key_ops"), jwk.get("alg")
    if jwk.get("use", "sig") != "sig" or _text(algorithm).startswith(_ENCRYPTION):
        return True
    if not isinstance(operations, list) or not operations:
        return False
    return all(isinstance(name, str) and name in _NOT_FOR_SIGNATURES for name in operations)


def _rsa(modulus: Octets, exponent: Octets) -> Key:
    n, e = modulus.value, exponent.value
    # An even modulus is no product of two large primes, and an exponent of 1 signs nothing.
    if not n or not e or not n[-1] & 1 or not e[-1] & 1 or int.from_bytes(e) == 1:
        return _MALFORMED
    padded = n[0] == 0 or e[0] == 0
    return Key(
        octets=(n.lstrip(b"\0"),),
        bits=int.from_bytes(n).bit_length(),
        standard=modulus.standard and exponent.standard and not padded,
    )


def _curve(size: int | None, *coordinates: Json) -> Key:
    read_ones = [_decode(coordinate) for coordinate in coordinates]
    octets = tuple(one.value for one in read_ones if one.value is not None and len(one.value) == size)
    if len(octets) != len(read_ones):
        return _MALFORMED
    return Key(octets=octets, bits=0, standard=all(one.standard for one in read_ones))


def _decode(text: Json) -> Octets:
    """Return the octets of base64url text (RFC 7515 section 2), also of standard base64."""
    if not isinstance(text, str) or not text.isascii():
        return Octets(None, standard=False)
    plain = text.rstrip("=").translate(_TO_URL)
    padded = plain.translate({ord("-"): "+", ord("_"): "/"}) + "=" * (-len(plain) % 4)
    try:
        value = binascii.a2b_base64(padded, strict_mode=True)
    except binascii.Error:
        return Octets(None, standard=False)
    return Octets(value, standard=plain == text)


def certificate_holds(jwk: Mapping[str, Json], key: Key) -> bool:
    """Say whether the first certificate of `x5c` holds `key`; True where there is none.

    Not a parser of certificates: a certificate writes the public numbers as plain octets one after
    the other (RFC 8017 appendix A.1.1, RFC 5480 section 2.2, RFC 8410 section 4), so it is enough
    that they occur in it.
    """
    chain = jwk.get("x5c")
    if chain is None or chain == []:
        return True
    first = chain[0] if isinstance(chain, list) else None
    if not isinstance(first, str) or not first.isascii() or key.octets is None:
        return False
    try:
        return b"".join(key.octets) in binascii.a2b_base64(first)
    except binascii.Error:
        return False
