"""Run an example of `explain.toml`, or a case written like one, through all stages of the checks."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from idpctl.documents import NO_LOCK, Entry, Fetched, Lock
from idpctl.model import Declared, Desired, IdentityProvider, Record
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.urls import UrlPolicy
from idpctl.value import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.documents import Document
    from idpctl.errors import Problem

HOST = "https://idp.example.com"
PLAIN = Declared(
    key="workforce",
    name="Workforce",
    type="custom",
    allowed_token_audience="api://default",
    well_known_url=f"{HOST}/.well-known/openid-configuration",
)
OTHER = {
    "name": "Partners",
    "type": "custom",
    "allowed_token_audience": "api://partners",
    "well_known_url": "https://partners.example.com/.well-known/openid-configuration",
    "issuer": "https://partners.example.com",
    "token_endpoint": "https://partners.example.com/token",
    "jwks_endpoint": "https://partners.example.com/keys",
}


def provider(**fields: Any) -> Declared:
    return replace(PLAIN, **fields)


def pinned(**fields: Any) -> Declared:
    endpoints = {
        "issuer": HOST,
        "token_endpoint": f"{HOST}/token",
        "jwks_endpoint": f"{HOST}/keys",
    }
    return replace(PLAIN, **{**endpoints, **fields})


def rules(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


def weights(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.rule, str(problem.severity)) for problem in problems]


def document_of(url: str) -> dict[str, Any]:
    """Return a healthy document for the issuer that `url` belongs to."""
    base = url.partition("/.well-known/")[0]
    return {"issuer": base, "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"}


def entry_of(declared: Declared = PLAIN, /, **given: Any) -> Entry:
    """Return the entry of a healthy document; what is `given` wins, and else the digest is right."""
    values = {"well_known_url": declared.well_known_url, "date": "2026-11-25"}
    values |= {**document_of(declared.well_known_url), **given}
    unsealed = Entry(key=declared.key, **values)
    return replace(unsealed, sha256=values.get("sha256") or unsealed.seal())


def lock_of(*entries: Entry) -> Lock:
    return Lock(entries={one.key: one for one in entries}, file="idpctl.lock.yaml", sha256="0" * 64)


def example_lock(example: Mapping[str, Any], declared: Declared = PLAIN) -> Lock:
    """Return the lock of an example: empty for {}, without one that which is none."""
    if "lock" not in example:
        return NO_LOCK
    return lock_of(entry_of(declared, **example["lock"])) if example["lock"] else lock_of()


def answer(url: str, content: Any, **given: Any) -> Fetched:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    values: dict[str, Any] = {"status": 200, "content_type": "application/json", "body": body, **given}
    return Fetched(url=url, **values)


def number(bits: int, *, zero: bool = False) -> str:
    """Return an odd number of `bits` bits in base64url."""
    octets = ((1 << (bits - 1)) + 1).to_bytes((bits + 7) // 8)
    return base64.urlsafe_b64encode((b"\0" if zero else b"") + octets).decode().rstrip("=")


def rsa(bits: int = 2048, **members: Any) -> dict[str, Any]:
    return {"kty": "RSA", "n": number(bits), "e": "AQAB", **members}


def filled(value: Any) -> Any:
    """Return `value` with the stand-ins of the examples replaced by numbers of that size."""
    if isinstance(value, list):
        return [filled(one) for one in value]
    if isinstance(value, dict):
        return {name: filled(one) for name, one in value.items()}
    if isinstance(value, str) and value.startswith("RSA-"):
        bits, _, zero = value[len("RSA-") :].rstrip("=").partition("-")
        return number(int(bits), zero=bool(zero)) + ("==" if value.endswith("=") else "")
    if isinstance(value, str) and value.startswith("OCTETS-"):
        return base64.urlsafe_b64encode(b"x" * int(value[len("OCTETS-") :])).decode().rstrip("=")
    return value


def run(example: Mapping[str, Any]) -> list[Problem]:
    """Return the findings of every stage that `example` has something for."""
    declared = provider(**example.get("provider", {}))
    policy = UrlPolicy(**{name: tuple(value) for name, value in example.get("policy", {}).items()})
    found = check.check_declared(declared, policy)
    document: Document | None = None
    if {"document", "without", "response"} & example.keys():
        document, problems = check.check_document(declared, _response(declared, example), policy)
        found += problems
    found += _locked(example, declared, document)
    if {"keys", "key_response"} & example.keys():
        found += check.check_key_set(declared, _key_response(example), policy)
    desired = resolve(declared, document)
    if desired is not None:
        found += check.check_resolved(desired, document, policy)
    if {"beside", "records", "gateway_issuer"} & example.keys():
        found += _together(example)
    return found


def _locked(example: Mapping[str, Any], declared: Declared, document: Document | None) -> list[Problem]:
    lock = example_lock(example, declared)
    found = check.check_spare([declared], lock)
    if declared.pinned or lock is NO_LOCK:
        return found
    entry, problems = check.find_entry(declared, lock, alone=False)
    if entry is None or document is None:
        return [*found, *problems]
    return [*found, *problems, *check.check_moved(declared, entry, document)]


def _response(declared: Declared, example: Mapping[str, Any]) -> Fetched:
    members = {**document_of(declared.well_known_url), **example.get("document", {})}
    for name in example.get("without", ()):
        del members[name]
    given = dict(example.get("response", {}))
    body = given.pop("body", None)
    return answer(declared.well_known_url, members if body is None else body.encode(), **given)


def _key_response(example: Mapping[str, Any]) -> Fetched:
    given = dict(example.get("key_response", {}))
    size = given.pop("size", None)
    keys = filled(example.get("keys", [{"kty": "RSA", "n": "RSA-2048", "e": "AQAB"}]))
    return answer(f"{HOST}/keys", {"keys": keys} if size is None else b" " * size, **given)


def _together(example: Mapping[str, Any]) -> list[Problem]:
    others = [
        Desired(declared=provider(key=f"other{index}"), idp=IdentityProvider(**{**OTHER, **given}))
        for index, given in enumerate(example.get("beside", ()))
    ]
    records = [
        Record(ref=str(index), idp=IdentityProvider(**{**OTHER, **given}))
        for index, given in enumerate(example.get("records", ()))
    ]
    first = resolve(pinned(**example.get("provider", {})), None)
    assert first is not None
    return check.check_together([first, *others], records, example.get("gateway_issuer"))
