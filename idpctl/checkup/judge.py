"""Would the gateway accept this token? Every check of it, in the gateway's own terms. Pure.

The facts are those of WSO2's token exchange: the provider is found by the issuer, then by a name
that equals it; the key by `kid`; `exp`, `sub`, `iss` and `aud` are required.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from idpctl.checkup.claims import audience, issuer, subject
from idpctl.checkup.keys import ALGORITHMS, NOBODY, SHARED_SECRET, fits, named, public_half
from idpctl.checkup.model import Step
from idpctl.checkup.rows import RULES
from idpctl.checkup.times import expiry, issue, not_before
from idpctl.checkup.token import cut, parse
from idpctl.errors import Problem, Severity
from idpctl.rules.base import finding
from idpctl.text import quote
from idpctl.value import value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from idpctl.checkup.keys import Keys
    from idpctl.checkup.providers import Choice
    from idpctl.checkup.token import Token
    from idpctl.model import IdentityProvider, Json

AFTER_FORM = (
    "algorithm", "type", "extensions", "key", "signature", "expiry", "not before", "issue",
    "subject", "issuer", "audience",
)  # fmt: skip
_TYPES = ("jwt", "application/jwt")
_ACCESS_TOKEN = ("at+jwt", "application/at+jwt")


class Verifier(Protocol):
    """What knows cryptography: the module `signature`."""

    def verify(self, algorithm: str, jwk: Mapping[str, str], signed: bytes, signature: bytes) -> bool:
        """Say whether the signature was made with the private half of a key."""

    def is_confused(self, hash_name: str, jwk: Mapping[str, str], signed: bytes, signature: bytes) -> bool:
        """Say whether the signature is a MAC whose secret is that public key."""


@value
class Case:
    """What a token is judged against: `idp` and `keys` are None where no provider is its own.

    `gateway_issuer` is an audience that the gateway accepts of every provider, where it is known.
    """

    idp: IdentityProvider | None
    keys: Keys | None
    choice: Choice
    gateway_issuer: str | None = None


def judge(text: str, case: Case, now: int, verifier: Verifier) -> tuple[Step, ...]:
    """Return every check of the token `text` at the time `now` (seconds since 1970, UTC), in order.

    One that rests on another that failed is not reached; the others are all made, so that a person
    has to come back once.
    """
    token = parse(text)
    if isinstance(token, Problem):
        return Step(name="form", problems=(token,)), *(Step(name=one, reached=False) for one in AFTER_FORM)
    return (
        Step(name="form", detail=f"signed JWT, {len(text)} bytes"),
        *_signed(token, case.keys, verifier),
        expiry(token, now),
        not_before(token, now),
        issue(token, now),
        subject(token),
        issuer(token, case.idp, case.choice),
        audience(token, case.idp, case.gateway_issuer),
    )


def _signed(token: Token, keys: Keys | None, verifier: Verifier) -> Iterator[Step]:
    """Yield the checks of the header, of the key and of the signature."""
    name = token.header.get("alg")
    algorithm = name if isinstance(name, str) and name in ALGORITHMS else None
    yield _algorithm(token, algorithm, keys, verifier)
    yield _type(token)
    extended = "crit" in token.header
    yield Step(name="extensions", problems=(finding(RULES["TOK-05"], "the header has `crit`"),) * extended)
    if algorithm is None or extended or keys is None:
        yield Step(name="key", reached=False)
        yield Step(name="signature", reached=False)
        return
    step, candidates = _key(token, algorithm, keys)
    yield step
    yield _signature(token, algorithm, candidates, verifier)


def _algorithm(token: Token, algorithm: str | None, keys: Keys | None, verifier: Verifier) -> Step:
    if algorithm is None:
        return Step(name="algorithm", problems=(_bad_algorithm(token, keys, verifier),))
    notes: tuple[Problem, ...] = ()
    if ALGORITHMS[algorithm].kind != "RSA":
        notes = (finding(RULES["TOK-17"], f"{algorithm}: many gateways verify RSA signatures alone"),)
    return Step(name="algorithm", detail=algorithm, problems=notes)


def _bad_algorithm(token: Token, keys: Keys | None, verifier: Verifier) -> Problem:
    """Say why an algorithm is refused; one that is not known is not repeated."""
    name = token.header.get("alg")
    if not isinstance(name, str):
        return finding(RULES["TOK-03"], "the header names no algorithm")
    if name.lower() == NOBODY:
        return finding(RULES["TOK-03"], "the algorithm is `none`: anybody can have made it")
    if name not in SHARED_SECRET:
        return finding(RULES["TOK-03"], "the algorithm is not one of RS, PS, ES or EdDSA")
    hash_name = SHARED_SECRET[name]
    for key in map(public_half, () if keys is None else keys.found):
        if verifier.is_confused(hash_name, key, token.signed, token.signature):
            message = f"{name}, and its secret is the provider's public key: an algorithm confusion"
            return finding(RULES["TOK-04"], message)
    return finding(
        RULES["TOK-03"],
        f"{name} needs a secret that both sides share; a provider publishes public keys alone",
    )


def _type(token: Token) -> Step:
    kind = token.header.get("typ")
    if kind is None or (isinstance(kind, str) and kind.lower() in _TYPES):
        return Step(name="type", detail="none given" if kind is None else "JWT")
    if isinstance(kind, str) and kind.lower() in _ACCESS_TOKEN:
        message = "the type is at+jwt, that of access tokens: older gateways refuse it"
        return Step(name="type", detail="at+jwt", problems=(finding(RULES["TOK-17"], message),))
    return Step(name="type", problems=(finding(RULES["TOK-17"], "the type is neither JWT nor at+jwt"),))


def _key(token: Token, algorithm: str, keys: Keys) -> tuple[Step, Sequence[Mapping[str, Json]]]:
    """Return the step of the key, and the keys that may have made the signature."""
    if not keys.found:
        problem = finding(RULES["TOK-07"], keys.why)
        return Step(name="key", problems=(problem,), unknown=True), ()
    kid, total = token.header.get("kid"), len(keys.found)
    if not isinstance(kid, str) or not kid:
        return _without_kid(algorithm, keys)
    ours = named(keys.found, kid)
    if not ours:
        message = f"none of {total} usable keys has the kid {quote(cut(kid))}"
        return Step(name="key", problems=(finding(RULES["TOK-06"], message),)), ()
    fitting = [key for key in ours if fits(key, algorithm)]
    if not fitting:
        message = f"the key {quote(cut(kid))} is not one for {algorithm}"
        hint = "The header names a key of another kind: was the token changed, or the key set?"
        return Step(name="key", problems=(finding(RULES["TOK-06"], message, hint=hint),)), ()
    return Step(name="key", detail=f"kid {quote(cut(kid))}, one of {total} usable"), fitting


def _without_kid(algorithm: str, keys: Keys) -> tuple[Step, Sequence[Mapping[str, Json]]]:
    fitting = [key for key in keys.found if fits(key, algorithm)]
    several = len(keys.found) > 1
    message = f"the header has no kid, and the set has {len(keys.found)} usable keys" if several else (
        "the header has no kid: a gateway that checks the certificates of keys refuses that"
    )  # fmt: skip
    hint = "Have the provider put the kid of its key into the header."
    severity = None if several else Severity.WARNING
    problem = finding(RULES["TOK-06"], message, hint=hint, severity=severity)
    return Step(name="key", problems=(problem,)), fitting


def _signature(
    token: Token, algorithm: str, candidates: Sequence[Mapping[str, Json]], verifier: Verifier
) -> Step:
    if not candidates:
        return Step(name="signature", reached=False)
    for key in map(public_half, candidates):
        if verifier.verify(algorithm, key, token.signed, token.signature):
            return Step(name="signature", detail=f"{algorithm}, verified")
    return Step(name="signature", problems=(finding(RULES["TOK-08"], "no key verifies the signature"),))
