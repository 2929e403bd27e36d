"""The frame of a page, its policy and its colours."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from idpctl.errors import InvalidInputError
from idpctl.inventory import Status
from idpctl.plan import Action
from idpctl.render.html import render
from idpctl.render.html_style import CLASSES, DARK, LIGHT, stylesheet
from idpctl.render.outcome import Discovered, Listed, Validated
from idpctl.render.view import View
from tests.render.hostile import plans_with, results_with
from tests.render.plans import TARGET, planned, problem
from tests.support.pages import Page

if TYPE_CHECKING:
    from idpctl.render.view import Subject

# Which colour of text stands on which ground; a mark holds the text's own colour.
PAIRS = [
    ("text", "page"),
    ("text", "card"),
    ("text", "bad-bg"),
    ("text", "good-bg"),
    ("text", "old-mark"),
    ("text", "new-mark"),
    ("soft", "page"),
    ("soft", "card"),
    ("soft", "bad-bg"),
    ("soft", "good-bg"),
    ("link", "page"),
    ("link", "card"),
    ("bad", "page"),
    ("bad", "card"),
    ("bad", "bad-bg"),
    ("good", "card"),
    ("good", "good-bg"),
    ("warn", "page"),
    ("warn", "warn-bg"),
    ("calm", "card"),
    ("calm", "calm-bg"),
]


def pages() -> list[Page]:
    subjects: list[Subject] = [*plans_with("x y"), *results_with("x y", "html"), planned([], [])]
    return [Page(render(View(subject=one))) for one in subjects]


def luminance(color: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    low, high = 0.04045, 2.4
    red, green, blue = (one / 12.92 if one <= low else ((one + 0.055) / 1.055) ** high for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted([luminance(one), luminance(other)], reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_every_text_can_be_read_on_its_ground(palette: dict[str, str], text: str, ground: str) -> None:
    assert contrast(palette[text], palette[ground]) >= 4.5


def test_both_palettes_have_every_colour_and_the_rules_use_no_other() -> None:
    assert LIGHT.keys() == DARK.keys()
    rules = stylesheet()
    assert {*re.findall(r"var\(--([a-z-]+)\)", rules)} == LIGHT.keys()
    assert len(re.findall(r"#[0-9a-f]{3,8}\b(?=[;}])", rules)) == len(LIGHT) + len(DARK)


def test_the_rules_load_nothing() -> None:
    assert not re.search(r"url\(|@import|@font-face|expression|</", stylesheet())


def test_whatever_can_be_filtered_has_its_rule() -> None:
    assert {*map(str, Action)} | {str(one).replace(" ", "-") for one in Status} == {*CLASSES}
    for kind in CLASSES:
        assert f":root:has(#show-{kind}:checked) .filtered:not(.{kind})" in stylesheet()


def test_the_policy_allows_the_one_style_and_nothing_else() -> None:
    for page in pages():
        (style,) = page.root.find("style")
        digest = b64encode(sha256(style.text.encode()).digest()).decode()
        (policy,) = [one for one in page.root.find("meta") if "http-equiv" in one.attributes]
        assert policy.attributes == {
            "http-equiv": "Content-Security-Policy",
            "content": f"default-src 'none'; style-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'",
        }
        assert page.structure.index("style") > page.structure.index("meta")


def test_the_head_says_how_the_page_is_to_be_read() -> None:
    page = Page(render(View(subject=planned([], []))))
    metas = {
        one.attributes.get("name", ""): one.attributes.get("content", "") for one in page.root.find("meta")
    }
    assert metas["referrer"] == "no-referrer"
    assert metas["viewport"] == "width=device-width, initial-scale=1"
    assert metas["color-scheme"] == "light dark"
    assert page.root.find("meta")[0].attributes == {"charset": "utf-8"}
    assert page.root.find("html")[0].attributes == {"lang": "en"}
    assert [one.text for one in page.root.find("title")] == ["idpctl plan: acme/prod"]


def test_landmarks_and_headings_are_in_order() -> None:
    for page in pages():
        assert [len(page.root.find(tag)) for tag in ("header", "main", "h1")] == [1, 1, 1]
        levels = [int(one.tag[1]) for one in page.root.inside if re.fullmatch(r"h\d", one.tag)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert all(one.find("h2") for one in page.root.find("section"))
        assert all(one.find("h3") for one in page.root.find("article"))


def test_the_skip_link_leads_to_the_content() -> None:
    for page in pages():
        (link,) = page.root.find("a")
        (main,) = page.root.find("main")
        assert link.attributes["href"] == f"#{main.attributes['id']}"


def test_every_header_of_a_table_says_what_it_is_for() -> None:
    for page in pages():
        for table in page.root.find("table"):
            head, rows = table.find("thead")[0], table.find("tbody")[0].find("tr")
            assert {one.attributes["scope"] for one in head.find("th")} == {"col"}
            assert rows
            for row in rows:
                assert [one.attributes["scope"] for one in row.find("th")] == ["row"]


def test_every_button_has_its_label_and_no_identity_stands_twice() -> None:
    for page in pages():
        identities = [one.attributes["id"] for one in page.root.inside if "id" in one.attributes]
        assert len({*identities}) == len(identities)
        buttons = [one.attributes["id"] for one in page.root.find("input")]
        assert [one.attributes["for"] for one in page.root.find("label")] == buttons


def test_a_page_is_the_same_every_time_and_ends_its_last_line() -> None:
    for one, other in zip(pages(), pages(), strict=True):
        assert one.structure == other.structure
    for plan in plans_with("a"):
        text = render(View(subject=plan))
        assert text == render(View(subject=plan, verbose=True, color=True))
        assert text.endswith("</html>\n")


@pytest.mark.parametrize("subject", [Validated(files=(), providers=0), Discovered(resolved=())])
def test_there_is_no_page_of_what_no_command_asks_for(subject: Subject) -> None:
    with pytest.raises(TypeError, match=f"no page of {type(subject).__name__}"):
        render(View(subject=subject))


def test_an_empty_list_says_so() -> None:
    page = Page(render(View(subject=Listed(target=TARGET, rows=()))))
    assert page.root.find("p", "verdict")[0].text == "No records"
    assert not page.root.find("table")


def test_an_error_is_told_with_its_place_and_what_to_do() -> None:
    error = InvalidInputError("it is wrong", hint="mend it", where="idpctl.yaml:3", rule="CFG-01")
    page = Page(render(View(subject=error, exit_code=error.exit_code)))
    banner = page.root.find("div", "banner")[0].text
    for said in ("Error", "it is wrong", "At idpctl.yaml:3", "Rule CFG-01", "Hint: mend it"):
        assert said in banner
    assert page.root.find("dd")[-1].text == "3"


def test_an_error_without_more_is_short() -> None:
    banner = Page(render(View(subject=InvalidInputError("it is wrong")))).root.find("div", "banner")[0]
    assert banner.text.split() == ["Error", "it", "is", "wrong"]


def test_an_error_lists_its_findings() -> None:
    page = Page(render(View(subject=InvalidInputError("wrong", problems=[problem()]))))
    assert "final slash" in page.root.find("section", "checks")[0].text
