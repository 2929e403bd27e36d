"""Which provider the gateway takes for an issuer, and what stands beside it."""

from __future__ import annotations

import pytest

from idpctl.checkup.providers import Choice, Known, choose, found_by, of_declared, of_record
from tests.support.build import OWNER, declared, desired, record, unmanaged

OKTA = "https://okta.example.com"


def known(ref: str, issuer: str = OKTA, name: str = "Name") -> Known:
    return Known(ref=ref, label=ref, issuer=issuer, name=name)


def test_records_are_called_by_their_key_only_where_it_is_ours() -> None:
    labels = [
        of_record(one, OWNER).label
        for one in (record(desired()), record(desired(), owner="other"), unmanaged())
    ]
    assert labels == ["okta", '"Okta"', '"Legacy"']


@pytest.mark.parametrize(
    ("given", "claimed", "expected"),
    [
        ({"issuer": "https://written"}, OKTA, "https://written"),
        ({"issuer": None}, OKTA, OKTA),
        ({"issuer": None}, f"{OKTA}/", f"{OKTA}/"),
        ({"issuer": None}, "https://other", OKTA),
        ({"issuer": None}, "", OKTA),
        ({"issuer": None, "well_known_url": "https://x.example/doc"}, "", ""),
    ],
)
def test_a_declared_provider_gets_the_issuer_that_its_document_may_name(
    given: dict[str, str | None], claimed: str, expected: str
) -> None:
    assert of_declared(declared(**given), claimed).issuer == expected


def test_the_issuer_comes_before_the_name() -> None:
    by_issuer, by_name = known("a"), known("b", "https://else", OKTA)
    assert found_by(OKTA, [by_name, by_issuer]) == (by_issuer,)
    assert found_by(OKTA, [by_name]) == (by_name,)
    assert found_by("", [known("c", "", "")]) == ()
    assert found_by("https://nobody", [by_issuer]) == ()


ONE, TWO, NAMED = known("one"), known("two"), known("named", "https://else", OKTA)


@pytest.mark.parametrize(
    ("asked", "all_of_them", "expected"),
    [
        ("one", [ONE], Choice()),
        ("one", [ONE, TWO], Choice(doubts=("two has the same issuer",))),
        ("one", [ONE, NAMED], Choice(doubts=("named has the issuer as its name",))),
        ("named", [NAMED], Choice(by_name=True)),
        (
            "named",
            [NAMED, known("other", "https://x", OKTA)],
            Choice(by_name=True, doubts=("other has the same name",)),
        ),
        ("named", [NAMED, ONE], Choice(instead="one")),
        ("other", [ONE, TWO], Choice(instead="one, two")),
        (None, [], Choice()),
        ("far", [known("far", "https://zzz")], Choice()),
    ],
)
def test_choices(asked: str | None, all_of_them: list[Known], expected: Choice) -> None:
    assert choose(OKTA, asked, all_of_them, [], among="registered") == expected


def test_where_nobody_matches_the_nearest_and_the_declared_are_named() -> None:
    near = known("near", f"{OKTA}/")
    found = choose(OKTA, None, [near, known("far", "https://zzz")], [known("waiting")], among="declared")
    assert found == Choice(
        among="declared", instead="waiting, which is declared, but not registered", nearest=near
    )
    assert choose("", None, [], [known("x", "")], among="registered").instead == ""
