"""The keys of a provider, and the one of them that a token asks for. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from idpctl.documents import Fetched
from idpctl.rules import jwk
from idpctl.rules.key_set import KEY_SET_LIMIT
from idpctl.rules.strict_json import StrictJsonError, parse
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.documents import Response
    from idpctl.model import Json

_OK = 200
_TO_URL = str.maketrans("+/", "-_")
_PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y"), "OKP": ("crv", "x")}


class Algorithm(NamedTuple):
    """What an algorithm needs: keys of a kind, and of one of these curves."""

    kind: str
    curves: tuple[str, ...] = ()


# RFC 7518 section 3.1, RFC 8812 section 3.2, RFC 8037 section 3.1, RFC 9864.
ALGORITHMS = {
    **{f"{family}{size}": Algorithm("RSA") for family in ("RS", "PS") for size in (256, 384, 512)},
    "ES256": Algorithm("EC", ("P-256",)),
    "ES384": Algorithm("EC", ("P-384",)),
    "ES512": Algorithm("EC", ("P-521",)),
    "ES256K": Algorithm("EC", ("secp256k1",)),
    "EdDSA": Algorithm("OKP", ("Ed25519", "Ed448")),
    "Ed25519": Algorithm("OKP", ("Ed25519",)),
    "Ed448": Algorithm("OKP", ("Ed448",)),
}
SHARED_SECRET = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
NOBODY = "none"


@value
class Keys:
    """The keys of a set that can verify signatures, as they were published; `why` there are none."""

    found: tuple[Mapping[str, Json], ...] = ()
    why: str = ""


def keys_of(response: Response | None) -> Keys:
    """Return the keys in the answer of a JWKS endpoint, which is None where none was asked for."""
    if response is None:
        return Keys(why="the JWKS endpoint was not asked: the rules refuse it, or nobody knows it")
    if not isinstance(response, Fetched):
        return Keys(why=response.reason)
    if response.status != _OK:
        return Keys(why=f"the JWKS endpoint answered with status {response.status}")
    found = tuple(_usable(response.body))
    return Keys(found=found, why="" if found else "the answer holds no key that can verify a signature")


def _usable(body: bytes) -> Iterator[Mapping[str, Json]]:
    try:
        document = parse(body, limit=KEY_SET_LIMIT)
    except StrictJsonError:
        return
    keys = document.get("keys") if isinstance(document, dict) else None
    for raw in keys if isinstance(keys, list) else ():
        key = jwk.read(raw)
        if key is not None and key.usable:
            yield raw


def named(keys: Sequence[Mapping[str, Json]], kid: str) -> list[Mapping[str, Json]]:
    """Return the keys whose `kid` is this, byte for byte."""
    return [key for key in keys if key.get("kid") == kid]


def fits(key: Mapping[str, Json], algorithm: str) -> bool:
    """Say whether `key` is of the kind that `algorithm` needs, and not declared for another one."""
    wanted = ALGORITHMS[algorithm]
    if key.get("kty") != wanted.kind or (wanted.curves and key.get("crv") not in wanted.curves):
        return False
    return key.get("alg") in (None, algorithm, key.get("crv"), "EdDSA" if wanted.kind == "OKP" else None)


def public_half(key: Mapping[str, Json]) -> dict[str, str]:
    """Return the public members of a usable key alone, in base64url even where it was not written so."""
    members = {name: key[name] for name in _PUBLIC[key["kty"]]}
    plain = {name: text.rstrip("=").translate(_TO_URL) for name, text in members.items() if name != "crv"}
    return {"kty": key["kty"], **plain, **({"crv": members["crv"]} if "crv" in members else {})}
