"""Pages in a real browser: nothing runs or loads, and everything can be read and reached."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.drift.model import DriftClass
from idpctl.inventory import Row, Status
from idpctl.model import Moved
from idpctl.render.html import render
from idpctl.render.outcome import Listed
from idpctl.render.view import View
from tests.render.drifts import BAD, GOOD, edited, everything, found, report, skipped
from tests.render.hostile import plans_with, results_with
from tests.render.plans import TARGET, applied, planned, problem, unmanaged, wanted
from tests.support.browser import axe, browsing, why_not, why_not_axe
from tests.support.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from idpctl.plan import Plan
    from idpctl.render.view import Subject
    from tests.support.browser import Browser

WHY_NOT = why_not()
pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(WHY_NOT is not None, reason=f"no browser: {WHY_NOT}"),
]

HOSTILE = (
    "</title></style><script>document.title = 'forged'; alert(1)</script>"
    '<img src=https://evil.example/x onerror=alert(1)>" onmouseover="alert(1)\' \u202e\u05d0 ' + "w" * 120
)
TAB, ENTER, RIGHT = ("Tab", 9, ""), ("Enter", 13, "\r"), ("ArrowRight", 39, "")
# What is on the screen, as a list of the texts of the elements that a selector finds.
SHOWN = (
    "[...document.querySelectorAll('{}')].filter(one => one.checkVisibility()).map(one => one.textContent)"
)
# The contrast of each text that is on the screen with the ground that it stands on.
FAINT = """
(() => {
  const channels = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const color = channels(getComputedStyle(one).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    throw new Error("a text stands on nothing");
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  let seen = 0;
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !one.checkVisibility()) continue;
    seen += 1;
    const pair = [light(channels(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) found.push([one.tagName, one.className, one.textContent.slice(0, 40), contrast]);
  }
  return [seen, found];
})()
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as running:
        yield running


@pytest.fixture(autouse=True)
def usual(request: pytest.FixtureRequest) -> None:
    """Give every test a window of the same size and colours."""
    running: Browser = request.getfixturevalue("browser")
    running.size(1100)
    running.prefer("light")


def busy() -> Plan:
    """Return a plan with something in every part of its page."""
    same = wanted("new-key")
    old = replace(same, declared=replace(same.declared, key="old-key"))
    many = [wanted(f"many-{number}") for number in range(30)]
    plan = planned(
        [wanted("okta", name="okta-new"), wanted("azure"), wanted("part", description="new"), same, *many],
        [
            replace(applied(wanted("okta"), "r-1"), usage=("api-orders",)),
            applied(wanted("azure"), "r-2", issuer="https://azure.okta.example/oauth2/defau1t"),
            applied(wanted("part"), "r-3"),
            applied(wanted("gone"), "r-4"),
            applied(old, "r-5"),
            unmanaged("legacy"),
        ],
        problems=[problem(), problem("SUP-1", suppressed="on purpose")],
        moved=(Moved(from_key="old-key", to_key="new-key"),),
        only=("*",),
    )
    return replace(plan, foreign=(("theirs", "acme/staging"),))


def inventory() -> Listed:
    rows = [
        Row(
            key=f"key-{status}",
            name=f"name-{status}",
            type="okta",
            status=status,
            issuer="https://a.example/" * 5,
        )
        for status in Status
    ]
    return Listed(target=TARGET, rows=tuple(rows))


def subjects(text: str) -> list[Subject]:
    drift = [everything(), report(), skipped(edited(carried=True))]
    return [busy(), inventory(), *drift, planned([], []), *plans_with(text), *results_with(text, "html")]


def show(browser: Browser, subject: Subject, directory: Path) -> None:
    file = directory / "page.html"
    file.write_text(render(View(subject=subject)), encoding="ascii")
    browser.open(file.as_uri())


def must_be_quiet(browser: Browser) -> None:
    """Assert that nothing ran, nothing was asked for but the page, and nothing was complained of."""
    said = browser.reported(
        "Log.entryAdded",
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
        "Page.javascriptDialogOpening",
    )
    assert said == []
    asked = [one["request"]["url"] for one in browser.reported("Network.requestWillBeSent")]
    assert asked == [browser.evaluate("location.href")]


def press(browser: Browser, key: tuple[str, int, str]) -> None:
    browser.press(*key)


def shown(browser: Browser, selector: str) -> list[str]:
    found: list[str] = browser.evaluate(SHOWN.format(selector))
    return found


def test_a_hostile_text_is_shown_and_does_nothing(browser: Browser, tmp_path: Path) -> None:
    for subject in subjects(HOSTILE):
        show(browser, subject, tmp_path)
        must_be_quiet(browser)
        assert browser.evaluate("document.title").startswith("idpctl")
    show(browser, plans_with(HOSTILE)[0], tmp_path)
    text = browser.evaluate("document.body.innerText")
    assert "</title></style><script>document.title = 'forged'; alert(1)</script><img src=https" in text
    assert "\\u202e\u05d0" in text
    must_be_quiet(browser)


def test_a_served_page_asks_for_nothing_but_itself(browser: Browser) -> None:
    body = render(View(subject=plans_with(HOSTILE)[0])).encode("ascii")
    with Server(
        {"/plan.html": answer(body, content_type="text/html"), "/favicon.ico": answer(b"", 404)}
    ) as server:
        browser.open(server.url("/plan.html"))
        must_be_quiet(browser)
        assert set(server.paths_asked) - {"/favicon.ico"} == {"/plan.html"}


def test_the_policy_holds_against_markup_that_got_in_nevertheless(browser: Browser, tmp_path: Path) -> None:
    text = render(View(subject=busy()))
    attack = "<script>document.title = 'forged'</script><img src=x onerror=\"document.title = 'forged'\">"
    attack += "<style>body{display:none}</style><p style='display:none'>hidden</p><base href='https://evil.example/'>"
    file = tmp_path / "page.html"
    file.write_text(text.replace("<main ", f"{attack}<main "), encoding="ascii")
    browser.open(file.as_uri())
    assert browser.evaluate("document.title") == "idpctl plan: acme/prod"
    assert browser.evaluate("getComputedStyle(document.body).display") == "block"
    assert browser.evaluate("document.baseURI") == file.as_uri()
    refused = [one["entry"]["text"] for one in browser.reported("Log.entryAdded")]
    assert sum("Content Security Policy" in one for one in refused) >= 4, refused


@pytest.mark.parametrize("width", [320, 360, 768, 1400])
def test_a_page_is_never_wider_than_its_window(browser: Browser, tmp_path: Path, width: int) -> None:
    browser.size(width)
    for subject in subjects(HOSTILE):
        show(browser, subject, tmp_path)
        browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.evaluate(beyond) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_where_it_stands(browser: Browser, tmp_path: Path, scheme: str) -> None:
    browser.prefer(scheme)
    grounds = set()
    for subject in subjects("x y"):
        show(browser, subject, tmp_path)
        browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        seen, faint = browser.evaluate(FAINT)
        assert seen > 3
        assert faint == []
        grounds.add(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == {"rgb(246, 247, 248)" if scheme == "light" else "rgb(18, 21, 24)"}


def test_the_filter_works_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    everything = shown(browser, "section.filtered > h2")
    assert everything[0] == "Replacements 1"
    assert len(everything) == 6
    for _ in range(2):  # past the link that skips
        press(browser, TAB)
    assert browser.evaluate("document.activeElement.id") == "show-all"
    press(browser, RIGHT)
    assert browser.evaluate("document.activeElement.id") == "show-replace"
    assert shown(browser, "section.filtered > h2") == ["Replacements 1"]
    assert shown(browser, ".hiding") == ["Not everything is shown: the filter hides a part."]
    press(browser, RIGHT)
    assert shown(browser, "section.filtered > h2") == ["Deletes 1"]
    assert "Trust changes 1" in shown(browser, "h2")
    browser.evaluate("document.getElementById('show-all').click()")
    assert shown(browser, "section.filtered > h2") == everything
    assert shown(browser, ".hiding") == []


@pytest.mark.parametrize("width", [320, 1100])
def test_the_inventory_is_filtered_by_status(browser: Browser, tmp_path: Path, width: int) -> None:
    browser.size(width)
    show(browser, inventory(), tmp_path)
    assert len(shown(browser, "tbody tr")) == len(Status)
    for status in Status:
        browser.evaluate(f"document.getElementById('show-{str(status).replace(' ', '-')}').click()")
        assert shown(browser, "tbody th") == [f'"name-{status}"' if " " in status else f"name-{status}"]


def test_everything_is_reached_by_keyboard_and_seen_to_be(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    seen = "one => [one.tagName, getComputedStyle(one.matches('input') ? one.nextSibling : one).outlineStyle]"
    wanted_stops = browser.evaluate("document.querySelectorAll('a, details.long > summary').length") + 1
    stops: list[Any] = []
    for _ in range(wanted_stops):
        press(browser, TAB)
        stops.append(browser.evaluate(f"({seen})(document.activeElement)"))
    assert [tag for tag, _ in stops] == ["A", "INPUT", *["SUMMARY"] * (wanted_stops - 2)]
    assert {style for _, style in stops} == {"solid"}


def test_a_list_unfolds_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    assert len(shown(browser, "article.create")) == 0
    browser.evaluate("document.querySelector('.create summary').focus()")
    press(browser, ENTER)
    assert browser.evaluate("document.querySelector('.create details').open")
    assert len(shown(browser, "article.create")) == 30


def test_the_skip_link_leads_past_the_head(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    press(browser, TAB)
    assert browser.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    press(browser, ENTER)
    assert browser.evaluate("document.activeElement.id") == "content"


def test_on_paper_nothing_is_folded_and_no_button_is_printed(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    before = browser.evaluate("document.documentElement.scrollHeight")
    browser.prefer("light", media="print")
    assert shown(browser, ".filter") == []
    assert browser.evaluate("document.documentElement.scrollHeight") > before * 2


def test_text_from_outside_is_isolated(browser: Browser, tmp_path: Path) -> None:
    show(browser, busy(), tmp_path)
    texts = "[...document.querySelectorAll('bdi, code')]"
    assert set(browser.evaluate(f"{texts}.map(one => getComputedStyle(one).unicodeBidi)")) == {"isolate"}


def test_ten_thousand_changes_open(browser: Browser, tmp_path: Path) -> None:
    kinds = planned([wanted("new")], [applied(wanted("gone"), "r-1")])
    changes = [replace(one, address=f"p{number}") for one in kinds.changes for number in range(5000)]
    show(browser, replace(kinds, changes=tuple(changes)), tmp_path)
    assert browser.evaluate("document.querySelectorAll('article').length") == 10_000
    assert shown(browser, "summary")[0] == "All 5,000 of them"


def test_ten_thousand_findings_open_and_no_alarm_is_folded(browser: Browser, tmp_path: Path) -> None:
    alarms = [edited(key=f"p{number}") for number in range(5000)]
    quiet = [found(DriftClass.PENDING, f"q{number}") for number in range(5000)]
    show(browser, report(*alarms, *quiet), tmp_path)
    must_be_quiet(browser)
    assert shown(browser, "h2")[:3] == ["Drift 5,000", "What to do", "Not applied yet 5,000"]
    assert len(shown(browser, "article")) == 5000
    assert shown(browser, "summary") == ["All 5,000 of them"]
    assert shown(browser, ".drift tbody tr") == []
    browser.evaluate("document.querySelector('summary').click()")
    assert len(shown(browser, ".drift tbody tr")) == 5000


@pytest.mark.parametrize("width", [320, 1100])
def test_both_values_of_a_finding_stand_in_sight(browser: Browser, tmp_path: Path, width: int) -> None:
    browser.size(width)
    show(browser, report(edited()), tmp_path)
    lines = browser.evaluate("document.querySelector('article').innerText").splitlines()
    assert "whom the gateway believes" in lines[0] + lines[1]
    assert {"registry", "issuer", "edited by hand since the last apply", "wanted, then live"} <= {*lines}
    assert shown(browser, "del code, ins code") == [f'"{GOOD}"', f'"{BAD}"']


@pytest.mark.skipif(why_not_axe() is not None, reason=f"no axe-core: {why_not_axe()}")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tmp_path: Path, scheme: str) -> None:
    browser.prefer(scheme)
    for subject in [busy(), inventory(), everything(), planned([], []), *subjects("x y")[-2:]]:
        show(browser, subject, tmp_path)
        browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        browser.evaluate(axe())
        found = browser.evaluate(
            "axe.run().then(one => one.violations.map(each => [each.id, each.nodes[0].html]))"
        )
        assert found == []
