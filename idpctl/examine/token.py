"""Would the registered provider accept this token? What `idpctl check --token-file` asks."""

from __future__ import annotations

from time import time
from typing import TYPE_CHECKING

from idpctl.checkup.judge import Case, judge
from idpctl.checkup.keys import keys_of
from idpctl.checkup.model import Examined
from idpctl.checkup.providers import Choice, choose, found_by, of_declared, of_record
from idpctl.checkup.registered import Registered, absent, enabled, unread
from idpctl.checkup.token import Token, parse, read, shown_claims
from idpctl.engine import load
from idpctl.errors import CheckFailedError, InvalidInputError
from idpctl.examine.registry import read_registry
from idpctl.queries import find
from idpctl.render.outcome import Checked
from idpctl.resolution import find_lock, prepare, url_policy
from idpctl.rules import check
from idpctl.rules.key_set import KEY_SET_LIMIT
from idpctl.text import quote
from idpctl.value import replace, value

if TYPE_CHECKING:
    from idpctl.checkup.judge import Verifier
    from idpctl.checkup.keys import Keys
    from idpctl.checkup.model import Step
    from idpctl.config.model import Configuration
    from idpctl.errors import Problem
    from idpctl.model import Declared, IdentityProvider, Record
    from idpctl.request import Request


@value
class _Subject:
    """The provider that a token is judged against, and how it was found; `idp` None for nobody's token."""

    choice: Choice
    key: str | None = None
    idp: IdentityProvider | None = None
    standing: Step | None = None
    gateway_issuer: str | None = None


def check_token(request: Request, key: str | None, raw: bytes, *, registry: bool) -> Checked:
    """Judge the token in `raw` against the provider `key`, without one against that of its issuer.

    That is the registered provider; the declared one where there is no record of it, where the
    registry cannot be read, and without `registry`. Raises InvalidInputError for what is no token
    at all and where joserfc is not installed, CheckFailedError where there is nothing to judge by.
    """
    verifier, text = _verifier(), read(raw)
    configuration = load(request)
    asked = None if key is None else find(key, {one.key: one for one in configuration.providers})
    held = read_registry(configuration, request) if registry else None
    token = parse(text)
    claimed = token.text("iss") if isinstance(token, Token) else ""
    subject = _subject(request, configuration, asked, claimed, held)
    case = Case(
        idp=subject.idp,
        keys=None if subject.idp is None else _keys(subject.idp.jwks_endpoint, request),
        choice=subject.choice,
        gateway_issuer=subject.gateway_issuer,
    )
    standing = () if subject.standing is None else (subject.standing,)
    steps = (*judge(text, case, int(time()), verifier), *standing)
    examined = Examined(
        key=subject.key,
        name="" if subject.idp is None else subject.idp.name,
        steps=tuple(_weighed(step, strict=request.options.strict) for step in steps),
        claims=shown_claims(token) if isinstance(token, Token) else {},
    )
    return Checked(examined=(examined,))


def _verifier() -> Verifier:
    try:
        from idpctl.checkup import signature
    except ModuleNotFoundError as error:
        hint = "pip install 'idpctl[verify]'"
        raise InvalidInputError("--token-file needs the package joserfc", hint=hint) from error
    return signature


def _weighed(step: Step, *, strict: bool) -> Step:
    return replace(step, problems=tuple(check.weigh(step.problems, {}, strict)))


def _subject(
    request: Request,
    configuration: Configuration,
    asked: Declared | None,
    claimed: str,
    held: Registered | Problem | None,
) -> _Subject:
    if not isinstance(held, Registered):
        standing = None if held is None else unread(held)
        return _declared(request, configuration, asked, claimed, standing)
    record = held.record_of(asked) if asked is not None else _found(held, claimed)
    if record is None and asked is not None:
        return _declared(request, configuration, asked, claimed, absent(asked, held))
    return _registered(configuration, record, claimed, held)


def _found(held: Registered, claimed: str) -> Record | None:
    """Return the record that the gateway would take for the issuer."""
    records = {record.ref: record for record in held.snapshot.records}
    known = [of_record(record, held.owner) for record in records.values()]
    return next((records[one.ref] for one in found_by(claimed, known)), None)


def _registered(
    configuration: Configuration, record: Record | None, claimed: str, held: Registered
) -> _Subject:
    """Return the subject that `record` is; None where no record matches."""
    choice = choose(
        claimed,
        None if record is None else record.ref,
        [of_record(one, held.owner) for one in held.snapshot.records],
        [of_declared(one, claimed) for one in configuration.providers if held.record_of(one) is None],
        among="registered",
    )
    gateway_issuer = held.snapshot.gateway_issuer
    if record is None:
        return _Subject(choice=choice)
    key = held.key_of(record)
    declared = next((one for one in configuration.providers if one.key == key), None)
    return _Subject(
        choice=choice,
        key=key,
        idp=record.idp,
        standing=enabled(record, declared),
        gateway_issuer=gateway_issuer,
    )


def _declared(
    request: Request,
    configuration: Configuration,
    asked: Declared | None,
    claimed: str,
    standing: Step | None,
) -> _Subject:
    """Return the subject that a declared provider is: `asked`, or the one of the issuer."""
    known = [of_declared(one, claimed) for one in configuration.providers]
    if asked is None:
        matching = [one.ref for one in found_by(claimed, known)]
        asked = next((one for one in configuration.providers if one.key in matching), None)
    choice = choose(claimed, None if asked is None else asked.key, known, (), among="declared")
    if asked is None:
        return _Subject(choice=choice, standing=standing)
    return _Subject(choice=choice, key=asked.key, idp=_resolved(asked, request), standing=standing)


def _resolved(declared: Declared, request: Request) -> IdentityProvider:
    lock = find_lock(request, request.options.discovery)
    prepared = prepare([declared], request.network, request.options, key_sets=False, lock=lock)
    if not prepared.desired:
        raise CheckFailedError(
            f"there is nothing to judge the token by: {quote(declared.key)} was not read from the registry,"
            " and an endpoint of it could not be discovered",
            problems=prepared.problems,
        )
    return prepared.desired[0].idp


def _keys(url: str, request: Request) -> Keys:
    """Read a key set, unless the rules refuse its URL: a record may hold anything."""
    from idpctl.http import open_fetcher
    from idpctl.rules.urls import is_usable

    if not is_usable(url, "jwks_endpoint", url_policy(request.network)):
        return keys_of(None)
    with open_fetcher(request.network.policy) as fetcher:
        return keys_of(fetcher.get(url, limit=KEY_SET_LIMIT))
