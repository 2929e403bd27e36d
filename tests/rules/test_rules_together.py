from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from idpctl.model import Desired, IdentityProvider, Record
from idpctl.resolve import resolve
from idpctl.rules import check
from idpctl.rules.together import coarse, folded_name
from idpctl.rules.url_parts import loosened
from tests.rules.running import OTHER, pinned

if TYPE_CHECKING:
    from idpctl.errors import Problem


def one(key: str, **fields: Any) -> Desired:
    values = {
        "name": key.title(),
        "issuer": f"https://{key}.example.com",
        "allowed_token_audience": f"api://{key}",
        **fields,
    }
    desired = resolve(pinned(key=key, **values), None)
    assert desired is not None
    return desired


def record(**fields: Any) -> Record:
    return Record(ref="r1", idp=IdentityProvider(**{**OTHER, **fields}))


def found(*desired: Desired, others: tuple[Record, ...] = (), gateway: str | None = None) -> list[Problem]:
    return check.check_together(desired, others, gateway)


def summary(problems: list[Problem]) -> list[tuple[str, str | None, str | None]]:
    return [(problem.rule, problem.address, problem.path) for problem in problems]


def test_providers_that_have_nothing_in_common_are_left_alone() -> None:
    assert found(one("a"), one("b"), others=(record(),), gateway="https://gateway.example.com") == []
    assert found() == []


@pytest.mark.parametrize(
    ("issuer", "rule"),
    [
        ("https://a.example.com", "CFG-04"),
        ("https://a.example.com/", "CFG-05"),
        ("https://A.EXAMPLE.com", "CFG-05"),
        ("HTTPS://a.example.com", "CFG-05"),
        ("https://a.example.com:443", "CFG-05"),
        ("https://a.example.com:", "CFG-05"),
        ("https://a.example.com:8443", None),
        ("https://a.example.com/x", None),
        ("http://a.example.com", None),
        ("http://a.example.com:80", None),
        ("https://aexample.com", None),
    ],
)
def test_issuers_are_compared_byte_for_byte_and_loosely(issuer: str, rule: str | None) -> None:
    expected = [] if rule is None else [(rule, "b", "issuer")]
    assert summary(found(one("a"), one("b", issuer=issuer))) == expected


def test_labels_of_one_host_are_one_host() -> None:
    left, right = (
        one("a", issuer="https://b\u00fccher.example.com"),
        one("b", issuer="https://xn--bcher-kva.example.com/"),
    )
    assert summary(found(left, right)) == [("CFG-05", "b", "issuer")]


def test_three_of_a_kind_are_two_findings() -> None:
    same = "https://same.example.com"
    assert summary(found(*(one(key, issuer=same) for key in "abc"))) == [
        ("CFG-04", "b", "issuer"),
        ("CFG-04", "c", "issuer"),
    ]


def test_records_that_stay_count_too() -> None:
    (problem,) = found(one("a"), others=(record(issuer="https://a.example.com"),))
    assert summary([problem]) == [("CFG-04", "a", "issuer")]
    assert 'the record "Partners"' in problem.message


def test_records_are_not_compared_with_each_other() -> None:
    two = (record(), record(name="Partners2"))
    assert found(one("a"), others=two) == []
    assert found(one("a"), others=(record(name="x", issuer=""), record(name="y", issuer=""))) == []


def test_a_record_with_the_very_name_is_the_planners_affair() -> None:
    assert found(one("a"), others=(record(name="A", issuer="https://a.example.com"),)) == []


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("A", True),
        ("a", True),
        (" A ", True),
        ("\u00c5", False),
        ("B", False),
    ],
)
def test_names_that_only_look_different(name: str, same: bool) -> None:
    expected = [("CFG-09", "b", "name")] if same else []
    assert summary(found(one("a"), one("b", name=name))) == expected


def test_an_accent_is_one_letter_however_it_is_composed() -> None:
    assert summary(found(one("a", name="Caf\u00e9"), one("b", name="CAFE\u0301"))) == [
        ("CFG-09", "b", "name")
    ]
    assert folded_name("STRASSE") == folded_name("stra\u00dfe")


def test_a_record_whose_name_differs_only_in_case_is_found() -> None:
    (problem,) = found(one("a"), others=(record(name="a"),))
    assert summary([problem]) == [("CFG-09", "a", "name")]
    assert 'differs only in spelling: "a"' in problem.message


def test_a_name_is_never_the_issuer_of_another() -> None:
    issuer = "https://a.example.com"
    assert summary(found(one("a"), one("b", name=issuer))) == [("CFG-06", "b", "name")]
    assert summary(found(one("a", name=issuer))) == []
    assert summary(found(one("a"), others=(record(name=issuer),))) == [("CFG-06", "a", "issuer")]
    assert summary(found(one("a", name="https://partners.example.com"), others=(record(),))) == [
        ("CFG-06", "a", "name")
    ]


@pytest.mark.parametrize(
    ("gateway", "rule"),
    [
        ("https://a.example.com", "CFG-07"),
        ("https://a.example.com/", "CFG-05"),
        ("https://gateway.example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_the_gateways_own_issuer_is_refused(gateway: str | None, rule: str | None) -> None:
    assert summary(found(one("a"), one("b"), gateway=gateway)) == (
        [] if rule is None else [(rule, "a", "issuer")]
    )


def test_findings_of_others_do_not_hide_that_there_is_no_gateway() -> None:
    assert summary(found(one("a"), one("b", name="a"), gateway=None)) == [("CFG-09", "b", "name")]


def test_shared_audiences_are_one_note_each() -> None:
    many = [one(f"p{index}", allowed_token_audience="api://all") for index in range(9)]
    (problem,) = found(*many, one("x"))
    assert summary([problem]) == [("CFG-08", None, None)]
    assert problem.message == '9 providers share the audience "api://all": p0, p1, p2 and 6 more'


def test_one_issuer_with_one_audience_is_not_shared() -> None:
    twice = [one(key, issuer="https://a.example.com", allowed_token_audience="x") for key in "ab"]
    assert summary(found(*twice)) == [("CFG-04", "b", "issuer")]


HOSTS = st.sampled_from(
    ["a.example.com", "A.example.com", "b\u00fccher.de", "xn--bcher-kva.de", "x:443", "x", "x:80", "x:"]
)
URLS = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["https", "HTTPS", "http"]),
    HOSTS,
    st.sampled_from(["", "/", "//", "/a", "/a/", "/A", "?", "/?q"]),
)


@given(URLS | st.text(max_size=20), URLS | st.text(max_size=20))
@settings(max_examples=300)
def test_the_quick_look_never_misses_what_the_close_look_finds(left: str, right: str) -> None:
    if loosened(left) == loosened(right):
        assert coarse(left) == coarse(right)


@given(st.lists(st.tuples(URLS, st.sampled_from("aAb ")), min_size=2, max_size=5), st.randoms())
def test_the_order_of_providers_changes_who_is_named_not_what_is_found(
    values: list[tuple[str, str]], random: Any
) -> None:
    desired = [
        one(f"p{index}", issuer=issuer, name=name, allowed_token_audience=str(index))
        for index, (issuer, name) in enumerate(values)
    ]
    shuffled = random.sample(desired, len(desired))
    assert {p.rule for p in found(*desired)} == {p.rule for p in found(*shuffled)}


def test_ten_thousand_providers_are_compared_in_one_pass() -> None:
    small, large = ([one(f"p{index}") for index in range(count)] for count in (1_000, 10_000))
    check.check_together(small, (), None)
    begin = time.process_time()
    check.check_together(small, (), None)
    middle = time.process_time()
    check.check_together(large, (), None)
    assert time.process_time() - middle < 50 * (middle - begin) + 0.2
