"""Aliases: allowed for a few values, within a budget that no bomb passes."""

from __future__ import annotations

import pytest

from tests.config.house import GOOD, House

pytestmark = pytest.mark.usefixtures("parser")


def test_text_and_collections_can_be_repeated(house: House) -> None:
    text = (
        GOOD.replace("OktaWorkforce", "&n Okta")
        + "    properties: {a: &l [x, {y: 1}], b: *l, c: *n, d: &e , f: *e}\n"
    )
    properties = house.load(text).providers[0].properties
    assert properties["b"] == ["x", {"y": 1}]
    assert properties["c"] == "Okta"
    assert properties["f"] is None


def test_a_whole_provider_can_be_repeated(house: House) -> None:
    text = GOOD.replace("workforce:", "workforce: &w") + "  other: *w\n"
    first, second = house.load(text).providers
    assert (second.key, second.name) == ("other", first.name)
    assert str(second.at("name")) == "idpctl.yaml:5:11"
    assert str(second.at()) == "idpctl.yaml:9:3"


def test_what_is_wrong_in_a_repeated_provider_is_told_where_it_is_repeated(house: House) -> None:
    text = GOOD.replace("workforce:", "workforce: &w") + "    nmae: x\n  other: *w\n"
    assert house.found(text) == ["idpctl.yaml:9:5 CFG-20", "idpctl.yaml:10:3 CFG-20"]


def test_an_anchor_can_be_given_again(house: House) -> None:
    properties = (
        house.load(GOOD + "    properties: {a: &x 1, b: *x, c: &x 2, d: *x}\n").providers[0].properties
    )
    assert (properties["b"], properties["d"]) == (1, 2)


def test_places_of_what_stands_deeper_than_any_provider(house: House) -> None:
    deep = "defaults: {properties: {a: {b: {c: &p {w: {name: N, type: okta, allowed_token_audience: a, "
    deep += "well_known_url: u, properties: &q {x: y}}}, d: &r {driver: sqlite}}}}}\n"
    text = f"version: 1\nowner: o\n{deep}registry: *r\nproviders: *p\n"
    configuration = house.load(text)
    assert str(configuration.providers[0].at("name")) == "idpctl.yaml:1:1"
    assert str(configuration.registry.source) == "idpctl.yaml:4:1"


def laughs(levels: int) -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "\n".join(lines)


def test_a_billion_laughs_end_early(house: House) -> None:
    problem = house.only(laughs(10))
    assert (problem.rule, problem.source.line) == ("YML-13", 4)
    assert problem.message == "aliases expand to more than 10,000 values"


@pytest.mark.unmeasured
def test_repeating_one_text_has_the_same_budget(house: House) -> None:
    text = GOOD + "    properties: {a: [&t x" + ", *t" * 10_000 + "]}\n"
    assert len(house.load(text).providers[0].properties["a"]) == 10_001
    assert house.found(text.replace("*t]", "*t, *t]")) == ["idpctl.yaml:9:40028 YML-13"]


def test_a_chain_of_aliases_nests_no_deeper_than_what_is_written(house: House) -> None:
    chain = [
        "    properties:",
        "      a0: &a0 [x]",
        *(f"      a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)),
    ]
    problem = house.only(GOOD + "\n".join(chain) + "\n")
    # Four levels hold the list that ends up 47 deep: a46 would be the 51st.
    assert (problem.rule, str(problem.source)) == ("YML-07", "idpctl.yaml:56:18")
    assert house.load(GOOD + "\n".join(chain[:47]) + "\n").providers[0].properties
    shallow = [*chain[:40], "      b: {c: &c [x]}", "      d: *c"]
    assert house.load(GOOD + "\n".join(shallow) + "\n").providers[0].properties["d"] == ["x"]


def test_a_merge_key_bomb_is_refused_at_its_first_merge(house: House) -> None:
    lines = ["a0: &a0 {k0: v}"] + [
        f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}], k{n}: v}}" for n in range(1, 25)
    ]
    rules = {problem.rule for problem in house.problems("\n".join(lines))}
    assert rules == {"YML-11", "YML-13"}
