"""The health of a key set: JWK-01 to JWK-11. No key and no key id ever becomes part of a plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from idpctl.documents import Unreachable
from idpctl.http.rules import NETWORK_RULES, REFUSED
from idpctl.rules import jwk
from idpctl.rules.hits import Hit, problems
from idpctl.rules.strict_json import StrictJsonError, parse
from idpctl.rules.url_parts import shown
from idpctl.text import listing, quote

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from idpctl.documents import Fetched, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Json
    from idpctl.rules.jwk import Key

    _Candidate = tuple[str, Json, Key]

KEY_SET_LIMIT = 256 * 1024  # bytes
MAX_KEYS = 100
SLOW = 1.0  # seconds; WSO2 reads a key set with this timeout
_OK = 200
_FIELD = "jwks_endpoint"
_TOO_LARGE = "JWK-10"


def check_key_set(declared: Declared, response: Response) -> list[Problem]:
    """Return the findings on the answer of the JWKS endpoint."""
    if isinstance(response, Unreachable):
        return problems([_unreachable(declared, response)], declared)
    return problems(_answer(response), declared)


def _unreachable(declared: Declared, response: Unreachable) -> Hit:
    """Return JWK-09; a forbidden address that a document leads to, or too large a set, is worse."""
    message = f"{shown(response.url)}: {response.reason}"
    if response.rule == _TOO_LARGE:
        return Hit(_TOO_LARGE, message, _FIELD)
    message += f" ({response.rule})"
    if response.rule == REFUSED and declared.jwks_endpoint is None:
        return Hit("DSC-10", message, _FIELD)
    hint = next((rule.hint for rule in NETWORK_RULES if rule.id == response.rule), None)
    return Hit("JWK-09", message, _FIELD, hint)


def _answer(response: Fetched) -> Iterator[Hit]:
    url = shown(response.url)
    if response.seconds > SLOW:
        yield Hit("JWK-11", f"{url} took {response.seconds:.1f} s", _FIELD)
    if response.status != _OK:
        yield Hit("JWK-09", f"{url} answered with status {response.status}", _FIELD)
    elif len(response.body) > KEY_SET_LIMIT:
        yield Hit(_TOO_LARGE, f"{url} is larger than {KEY_SET_LIMIT // 1024} KiB", _FIELD)
    else:
        yield from _content(url, response.body)


def _content(url: str, body: bytes) -> Iterator[Hit]:
    try:
        value = parse(body, limit=KEY_SET_LIMIT)
    except StrictJsonError as error:
        yield Hit("JWK-01", f"{url} cannot be read: {error}", _FIELD)
        return
    keys = value.get("keys") if isinstance(value, dict) else None
    if not isinstance(keys, list) or not keys:
        state = "an empty `keys` array" if keys == [] else "no `keys` array"
        yield Hit("JWK-01", f"{url} has {state}", _FIELD)
    elif len(keys) > MAX_KEYS:
        yield Hit(_TOO_LARGE, f"{url} has {len(keys)} keys", _FIELD)
    else:
        yield from _keys(keys)


def _keys(keys: Sequence[Json]) -> Iterator[Hit]:
    for name, key in _named(keys):
        found = jwk.secret_members(key) if isinstance(key, dict) else []
        if found:
            listed = ", ".join(f"`{member}`" for member in found)
            yield Hit("JWK-02", f"{name} publishes {listed} (values not shown)", _FIELD)
    candidates = [(name, raw, key) for name, raw in _named(keys) if (key := jwk.read(raw)) is not None]
    usable = [key for _, _, key in candidates if key.usable]
    if not usable:
        yield Hit("JWK-03", f"none of {len(keys)} keys can verify a signature", _FIELD)
    else:
        yield from _weak(candidates)
        if not any(key.bits for key in usable):
            yield Hit("JWK-05", f"none of {len(usable)} usable keys is an RSA key", _FIELD)
    yield from _writing(candidates)
    yield from _kids([raw for _, raw, key in candidates if key.usable])


def _named(keys: Sequence[Json]) -> Iterator[tuple[str, Json]]:
    """Yield each key with what a message calls it."""
    for index, key in enumerate(keys, 1):
        kid = key.get("kid") if isinstance(key, dict) else None
        yield f"key {index} (kid {quote(kid, 60)})" if isinstance(kid, str) else f"key {index}", key


def _weak(candidates: Sequence[_Candidate]) -> Iterator[Hit]:
    short = [f"{name}: {key.bits} bits" for name, _, key in candidates if 0 < key.bits < jwk.MIN_RSA_BITS]
    if short:
        yield Hit("JWK-04", f"RSA keys below {jwk.MIN_RSA_BITS} bits: {listing(short)}", _FIELD)


def _writing(candidates: Sequence[_Candidate]) -> Iterator[Hit]:
    whole = [(name, raw, key) for name, raw, key in candidates if key.octets is not None]
    malformed = [name for name, _, key in candidates if key.octets is None]
    odd = [name for name, _, key in whole if not key.standard]
    foreign = [name for name, raw, key in whole if not jwk.certificate_holds(raw, key)]
    if malformed:
        yield Hit("JWK-06", f"malformed, and passed over: {listing(malformed)}", _FIELD)
    if odd:
        kind = "padding, the standard base64 alphabet or a leading zero octet"
        yield Hit("JWK-06", f"written with {kind}: {listing(odd)}", _FIELD)
    if foreign:
        yield Hit("JWK-08", f"`x5c` does not hold the key itself: {listing(foreign)}", _FIELD)


def _kids(usable: Sequence[Json]) -> Iterator[Hit]:
    kids = [raw.get("kid") for raw in usable]
    if len(kids) > 1 and not all(isinstance(kid, str) and kid for kid in kids):
        yield Hit("JWK-07", f"{len(kids)} keys, and not each has a `kid`", _FIELD)
    twice = [kid for kid, count in Counter(kid for kid in kids if isinstance(kid, str)).items() if count > 1]
    if twice:
        yield Hit("JWK-07", f"several keys have the `kid` {quote(twice[0], 60)}", _FIELD)
