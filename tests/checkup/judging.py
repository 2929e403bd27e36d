"""A token before a provider whose keys are at hand."""

from __future__ import annotations

import json
from typing import Any

from idpctl.checkup import signature
from idpctl.checkup.judge import Case, judge
from idpctl.checkup.keys import Keys, keys_of
from idpctl.checkup.model import Examined, Step
from idpctl.checkup.providers import Choice
from idpctl.documents import Fetched
from idpctl.model import IdentityProvider
from tests.support.tokens import AUDIENCE, ISSUER, NOW, key, public

PROVIDER = IdentityProvider(
    name="Workforce",
    type="custom",
    allowed_token_audience=AUDIENCE,
    well_known_url=f"{ISSUER}/.well-known/openid-configuration",
    issuer=ISSUER,
    token_endpoint=f"{ISSUER}/token",
    jwks_endpoint=f"{ISSUER}/keys",
)
ORDER = (
    "form", "algorithm", "type", "extensions", "key", "signature", "expiry", "not before", "issue",
    "subject", "issuer", "audience",
)  # fmt: skip


def served(document: Any, **given: Any) -> Fetched:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Fetched(url=PROVIDER.jwks_endpoint, **{"status": 200, "body": body, **given})


def case(document: Any = None, keys: Keys | None = None, choice: Choice | None = None, **given: Any) -> Case:
    document = public(key(), use="sig") if document is None else document
    return Case(
        **{
            "idp": PROVIDER,
            "keys": keys_of(served(document)) if keys is None else keys,
            "choice": choice or Choice(),
            **given,
        }
    )


def judged(text: str, before: Case | None = None, now: int = NOW) -> dict[str, Step]:
    """Return every step by its name, in order."""
    steps = judge(text, before or case(), now, signature)
    assert tuple(step.name for step in steps) == ORDER
    return {step.name: step for step in steps}


def states(steps: dict[str, Step], *, without: str = "passed") -> dict[str, tuple[str, ...]]:
    """Return the steps that are in another state: name -> state, and the rules that say why."""
    return {
        name: (str(step.state), *(problem.rule for problem in step.problems))
        for name, step in steps.items()
        if step.state != without
    }


def verdict(steps: dict[str, Step]) -> str:
    return str(Examined(key="one", name="One", steps=tuple(steps.values()), claims={}).verdict)


def message(step: Step) -> str:
    """Return what the one finding of a step says, and what to do."""
    (problem,) = step.problems
    return f"{problem.message} | {problem.hint}"
