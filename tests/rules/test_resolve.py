from __future__ import annotations

from typing import Any

import pytest

from idpctl.documents import Document
from idpctl.model import ALL_FROM_CONFIG, ENDPOINTS, Origin
from idpctl.resolve import resolve
from tests.rules.running import HOST, entry_of, pinned, provider

DOCUMENT = Document(
    url=f"{HOST}/.well-known/openid-configuration",
    issuer=f"{HOST}/",
    token_endpoint=f"{HOST}/token",
    jwks_uri=f"{HOST}/keys",
)


def endpoints(written: dict[str, str], document: Document | None) -> Any:
    desired = resolve(provider(**written), document)
    if desired is None:
        return None
    values = tuple(getattr(desired.idp, field) for field in ENDPOINTS)
    return values, tuple(desired.provenance.of(field) for field in ENDPOINTS)


@pytest.mark.parametrize("field", ENDPOINTS)
def test_what_is_written_wins_and_keeps_its_origin(field: str) -> None:
    values, origins = endpoints({field: "https://mine.example.com/x"}, DOCUMENT)
    index = ENDPOINTS.index(field)
    served = [f"{HOST}/", f"{HOST}/token", f"{HOST}/keys"]
    served[index] = "https://mine.example.com/x"
    assert list(values) == served
    assert [origin is Origin.CONFIG for origin in origins] == [place == index for place in range(3)]


def test_everything_served_comes_from_discovery() -> None:
    assert endpoints({}, DOCUMENT) == (
        (f"{HOST}/", f"{HOST}/token", f"{HOST}/keys"),
        (Origin.DISCOVERY,) * 3,
    )


@pytest.mark.parametrize("document", [None, DOCUMENT, Document(url="x")])
def test_a_pinned_provider_needs_no_document(document: Document | None) -> None:
    desired = resolve(pinned(description="d", enabled=False, properties={"a": 1}), document)
    assert desired is not None
    assert desired.provenance is ALL_FROM_CONFIG
    assert desired.idp.as_dict() == {
        "name": "Workforce",
        "type": "custom",
        "description": "d",
        "allowed_token_audience": "api://default",
        "well_known_url": f"{HOST}/.well-known/openid-configuration",
        "issuer": HOST,
        "token_endpoint": f"{HOST}/token",
        "jwks_endpoint": f"{HOST}/keys",
        "enabled": False,
        "properties": {"a": 1},
    }


@pytest.mark.parametrize("member", ["issuer", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_served_nothing_is_no_value(member: str, value: str | None) -> None:
    members = {"issuer": HOST, "token_endpoint": HOST, "jwks_uri": HOST, member: value}
    assert resolve(provider(), Document(url=HOST, **members)) is None


def test_without_a_document_nothing_is_filled() -> None:
    assert resolve(provider(), None) is None
    assert resolve(provider(issuer=HOST, token_endpoint=HOST), None) is None


def test_what_is_locked_wins_over_what_is_served_and_loses_to_what_is_written() -> None:
    entry = entry_of(jwks_uri=None, token_endpoint=f"{HOST}/locked")
    desired = resolve(provider(issuer="https://mine.example.com"), DOCUMENT, entry)
    assert desired is not None
    assert desired.idp.issuer == "https://mine.example.com"
    assert desired.idp.token_endpoint == f"{HOST}/locked"
    assert desired.idp.jwks_endpoint == f"{HOST}/keys"
    assert [str(desired.provenance.of(path)) for path in ENDPOINTS] == ["config", "lock", "discovery"]


def test_a_whole_entry_needs_no_document() -> None:
    desired = resolve(provider(), None, entry_of())
    assert desired is not None
    assert {desired.provenance.of(path) for path in ENDPOINTS} == {Origin.LOCK}
    assert resolve(provider(), None, entry_of(jwks_uri=None)) is None
