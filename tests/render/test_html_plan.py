"""A plan as a page: what can do harm comes first, and every change tells its whole story."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from idpctl.asked import Discovery
from idpctl.errors import Severity
from idpctl.model import FIELDS, Capabilities, Lifecycle, Moved, ReplaceOrder
from idpctl.plan import Action, Reason
from idpctl.render.html import render
from idpctl.render.view import View
from tests.render.plans import applied, imported, marked, planned, problem, renamed, unmanaged, wanted
from tests.support.pages import Page

if TYPE_CHECKING:
    from idpctl.plan import Plan
    from tests.support.pages import Element

ALLOWED = {"allow_trust_change": frozenset({"azure"}), "allow_replace": frozenset({"okta"})}


def page_of(plan: Plan) -> Page:
    return Page(render(View(subject=plan)))


def article_of(plan: Plan) -> Element:
    """Return the article of the only change of a plan."""
    (article,) = page_of(plan).root.find("article")
    return article


def titles(page: Page) -> list[str]:
    return [one.text for one in page.root.find("h2")]


def rows_of(article: Element) -> dict[str, str]:
    """Return what stands beside each field."""
    rows = [one for one in article.find("tr") if one.find("td")]
    return {row.find("th")[0].text: row.find("td")[0].text for row in rows}


def everything(**options: Any) -> Plan:
    """Return a plan with a change of every action."""
    same = wanted("new-key")
    old = replace(same, declared=replace(same.declared, key="old-key"))
    desired = [
        wanted("okta", name="okta-new"),
        wanted("azure"),
        wanted("partner", description="Partners"),
        wanted("brand"),
        same,
    ]
    records = [
        replace(applied(wanted("okta"), "r-1"), usage=("api-orders", "api-users")),
        applied(wanted("azure"), "r-2", issuer="https://evil.example/"),
        applied(wanted("partner"), "r-3"),
        applied(wanted("gone"), "r-4"),
        applied(old, "r-5"),
        unmanaged("legacy"),
    ]
    plan = planned(desired, records, moved=(Moved(from_key="old-key", to_key="new-key"),), **options)
    adoption = imported([wanted("found")], [unmanaged("found")]).changes
    return replace(plan, changes=(*plan.changes, *adoption), foreign=(("theirs", "acme/staging"),))


def test_what_can_do_harm_comes_first() -> None:
    assert titles(page_of(replace(everything(), problems=(problem(),)))) == [
        "Needs to be allowed 2",
        "Trust changes 1",
        "Replacements 1",
        "Deletes 1",
        "Updates that change whom to trust 1",
        "Updates 1",
        "Creates 1",
        "Adoptions 1",
        "Moves 1",
        "Checks 1",
        "Not managed by this configuration 1",
        "Owned by others 1",
        "About this plan",
    ]


def test_what_was_allowed_is_still_shown() -> None:
    page = page_of(everything(**ALLOWED))
    assert "Needs to be allowed 2" not in titles(page)
    (section,) = [one for one in page.root.find("section") if one.text.strip().startswith("Allowed")]
    assert [one.text for one in section.find("code")] == [
        "--allow-trust-change azure",
        "--allow-replace okta",
    ]
    assert {one.text for one in section.find("b")} == {"allowed"}
    assert "blocked" not in page.root.text


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (planned([], []), ["No changes", "Your infrastructure matches", "0 declared, 0 as wanted"]),
        (planned([], [], destroy=True), ["No changes", "No objects need to be destroyed."]),
        (
            planned([wanted("okta")], []),
            ["Ready to be applied", "Plan: 1 to add, 0 to change, 0 to destroy."],
        ),
        (everything(), ["Blocked", "2 options have to be given", "1 to create, 2 to update, 1 to replace"]),
        (planned([wanted("okta")], [], problems=[problem()]), ["Nothing can be applied", "1 check failed."]),
    ],
    ids=["same", "nothing to destroy", "ready", "blocked", "errored"],
)
def test_the_page_begins_with_what_the_plan_comes_to(plan: Plan, said: list[str]) -> None:
    banner = page_of(plan).root.find("div", "banner")[0].text
    assert all(one in banner for one in said), banner


def test_a_partial_plan_says_so() -> None:
    (warning,) = page_of(planned([wanted("okta")], [], only=("o*", "x"))).root.find("p", "partial")
    assert 'Partial plan (--only "o*", --only x): nothing is said about other providers.' in warning.text
    assert not page_of(planned([], [])).root.find("p", "partial")


def test_a_destroy_is_called_by_its_name() -> None:
    page = page_of(planned([], [applied(wanted("okta"), "r-1")], destroy=True))
    assert page.root.find("title")[0].text == "idpctl destroy: acme/prod"


def test_a_trust_change_shows_the_hosts_and_what_it_needs() -> None:
    (section,) = [
        one for one in page_of(everything()).root.find("section") if "Trust" in one.find("h2")[0].text
    ]
    assert [one.text for one in section.find("code")] == ['"evil.example"', '"azure.okta.example"']
    assert "azure issuer host" in section.find("th")[-1].text
    assert "registry drift; value from discovery; blocked: needs --allow-trust-change" in section.text
    (allowed,) = [
        one
        for one in page_of(everything(**ALLOWED)).root.find("section")
        if "Trust" in one.find("h2")[0].text
    ]
    assert "value from discovery; allowed" in allowed.text


def test_a_trust_change_within_a_host_shows_the_values() -> None:
    plan = planned([wanted("okta", issuer="https://okta.okta.example/b")], [applied(wanted("okta"), "r-1")])
    (section,) = [one for one in page_of(plan).root.find("section") if "Trust" in one.find("h2")[0].text]
    assert [one.text for one in section.find("code")] == [
        '"https://okta.okta.example/oauth2/default"',
        '"https://okta.okta.example/b"',
    ]
    assert "okta issuer" in section.text
    assert "issuer host" not in section.text


def test_a_replacement_tells_its_order_its_gap_and_its_users() -> None:
    record = replace(applied(wanted("okta"), "r-1"), usage=("api-orders", "api-users"))
    article = article_of(planned([wanted("okta", name="okta-new")], [record]))
    assert "identity_provider.okta must be replaced; declared in idpctl.yaml:3" in article.text
    facts = dict(
        zip([one.text for one in article.find("dt")], [one.text for one in article.find("dd")], strict=True)
    )
    assert facts == {
        "Order": "create okta-new, read back, delete okta",
        "Meanwhile": "both exist meanwhile, no gap",
        "Used by": "api-orders, api-users",
    }
    assert "forces replacement: cannot be modified once created" in rows_of(article)["name"]
    assert "8 unchanged: type, description" in article.text
    assert article.find("b", "symbol")[0].text == "+/-"


def test_where_everything_changes_nothing_is_called_unchanged() -> None:
    plan = planned([wanted("okta", name="okta-new")], [applied(wanted("okta"), "r-1")])
    (change,) = plan.changes
    changed = replace(change, fields=tuple(replace(change.fields[0], path=path) for path in FIELDS))
    assert "unchanged" not in article_of(replace(plan, changes=(changed,))).text


def test_a_gap_is_said_loudly() -> None:
    lifecycle = Lifecycle(replace=ReplaceOrder.DELETE_FIRST)
    plan = planned(
        [wanted("okta", name="okta-new", lifecycle=lifecycle)],
        [applied(wanted("okta"), "r-1")],
        capabilities=Capabilities(transactional=False),
    )
    article = article_of(plan)
    assert article.find("strong")[0].text == "GAP: for a moment neither exists"
    assert "gap" in [one.text for one in article.find("em", "danger")]
    assert article.find("b", "symbol")[0].text == "-/+"


def test_an_update_shows_both_values_and_marks_what_differs() -> None:
    after = "https://okta.okta.example/oauth2/defau1t"
    article = article_of(planned([wanted("okta", issuer=after)], [applied(wanted("okta"), "r-1")]))
    assert [one.text for one in article.find("mark")] == ["l", "1"]
    (before,), (now,) = article.find("del"), article.find("ins")
    assert before.text == 'before "https://okta.okta.example/oauth2/default"'
    assert now.text == f'after "{after}"'
    assert '"l" became "1"' in article.text
    assert "upstream changed; value from discovery; changes whom to trust" in article.text


def test_long_values_are_cut_beside_what_differs() -> None:
    start, end = "s" * 300, "e" * 300
    before, after = (
        wanted("okta", description=start + "b" + end),
        wanted("okta", description=start + "a" * 300 + end),
    )
    shown = article_of(planned([after], [applied(before, "r-1")])).find("code")[1:]
    assert [one.text for one in shown] == [
        f'"{"s" * 60}...(+200)...{"s" * 40}b{"e" * 60}...(+240)..."',
        f'"{"s" * 60}...(+200)...{"s" * 40}{"a" * 200}...(+100)...{"e" * 60}...(+240)..."',
    ]


def test_values_that_come_or_go_alone_say_so() -> None:
    old = wanted("okta", properties={"a": 1, "b": {"x": "https://u:p@h"}, "c": ["x"]})
    new = wanted("okta", properties={"b": {"x": 2}, "c": {"y": True}, "a": None, "e": 1})
    rows = rows_of(article_of(planned([new], [applied(old, "r-1")])))
    assert rows["properties.a"].startswith("1not set any more; configuration")
    assert rows["properties.e"].startswith("1not set before; configuration")
    assert rows["properties.b.x"].startswith('before "https://***@h"after 2configuration')
    assert rows["properties.c"].startswith('before ["x"]after {"y": true}')


def test_a_create_lists_what_will_be_there() -> None:
    rows = rows_of(article_of(planned([wanted("okta", properties={"claim": "sub"})], [])))
    assert rows["issuer"] == '"https://okta.okta.example/oauth2/default"value from discovery'
    assert rows["type"] == '"okta"'
    assert rows["properties.claim"] == '"sub"'
    assert "description" not in rows


def test_a_delete_lists_what_goes_but_not_what_the_registry_keeps_beside_it() -> None:
    record = applied(wanted("okta", properties={"key": "canary"}), "r-1")
    article = article_of(planned([], [record]))
    assert "will be destroyed, since it is not in the configuration" in article.text
    assert rows_of(article)["properties"] == "1 property, not shown"
    assert "canary" not in article.text


def test_a_left_over_record_is_called_by_its_id() -> None:
    current, old = applied(wanted("okta"), "r-2"), applied(wanted("okta", name="former"), "r-1")
    plan = planned([wanted("okta")], [marked(current, replaces="r-1"), old])
    assert plan.changes[0].reason is Reason.DEPOSED
    assert "left over from a replacement that was not finished: record r-1" in article_of(plan).text


def test_a_renamed_key_says_where_it_comes_from() -> None:
    text = article_of(renamed()).text
    assert "identity_provider.former has moved to identity_provider.okta; only the mark changes" in text
    assert (
        "will be updated in-place; moved from identity_provider.former"
        in article_of(renamed(description="x")).text
    )


def test_an_import_writes_the_mark_only() -> None:
    text = article_of(imported([wanted("okta")], [unmanaged("okta", "r-9")])).text
    assert "will be imported: record r-9; only the mark is written, values stay as they are" in text


def test_what_only_idpctl_keeps_is_told_apart() -> None:
    desired = wanted("okta", lifecycle=Lifecycle(protect=True))
    record = marked(applied(wanted("okta"), "r-1"), applied={})
    rows = rows_of(article_of(planned([desired], [record])))
    assert "protected from now on" in rows["mark.protect"]
    assert "as wanted already, now remembered" in rows["mark.applied"]
    released = planned([wanted("okta")], [applied(desired, "r-1")])
    assert "no longer protected" in rows_of(article_of(released))["mark.protect"]


def test_a_change_without_values_is_a_title() -> None:
    plan = planned([wanted("okta")], [])
    bare = replace(plan, changes=(replace(plan.changes[0], desired=None, source=None),))
    assert not article_of(bare).find("table")
    moved = replace(plan.changes[0], action=Action.MOVE, previous_address=None)
    assert article_of(replace(plan, changes=(moved,))).find("h3")


def test_the_filter_has_a_button_for_each_action_there_is() -> None:
    labels = [one.text for one in page_of(everything()).root.find("label")]
    assert labels == ["All 7", "Replace 1", "Delete 1", "Update 2", "Create 1", "Import 1", "Move 1"]
    assert not page_of(planned([wanted("okta")], [])).root.find("input")


def test_long_lists_are_folded_and_what_can_do_harm_is_not() -> None:
    many = [f"p{number}" for number in range(30)]
    creates = page_of(planned([wanted(key) for key in many], []))
    assert creates.root.find("summary")[0].text == "All 30 of them"
    assert len(creates.root.find("details")) == 31
    records = [applied(wanted(key), f"r-{key}") for key in many]
    deletes = page_of(planned([], records))
    assert len(deletes.root.find("article")) == 30
    assert not deletes.root.find("details")
    few = page_of(planned([wanted(key) for key in many[:25]], []))
    assert not few.root.find("details")


def test_names_beyond_a_glance_are_folded_with_their_count() -> None:
    plan = replace(planned([], []), unmanaged=tuple(f"n{number}" for number in range(1030)))
    page = page_of(plan)
    assert page.root.find("summary")[0].text == "1,005 more records"
    assert "Not managed by this configuration 1,030" in titles(page)


def test_what_is_imported_is_not_called_unmanaged() -> None:
    plan = imported([wanted("found")], [unmanaged("found")])
    assert "Not managed" not in page_of(plan).root.text


def test_checks_stand_by_weight_and_only_errors_and_warnings_stand_open() -> None:
    found = [
        problem("NOTE-1", Severity.INFO, source=None, address=None, path=None, hint=None),
        problem("WARN-1", Severity.WARNING),
        problem("ERR-1"),
        problem("SUP-1", suppressed="on purpose"),
    ]
    (section,) = page_of(planned([wanted("okta")], [], problems=found)).root.find("section", "checks")
    assert "1 error, 1 warning, 1 note, 1 suppressed." in section.text
    order = [section.text.index(rule) for rule in ("ERR-1", "WARN-1", "NOTE-1", "SUP-1")]
    assert order == sorted(order)
    assert "error ERR-1 at providers/okta.yaml:7:13 of workforce.issuer" in section.text
    assert 'Suppressed: "on purpose"' in section.text
    assert [one.text for one in section.find("summary")] == ["1 note", "1 suppressed finding"]
    folded = "".join(one.text for one in section.find("details"))
    assert "ERR-1" not in folded
    assert "WARN-1" not in folded


def test_warnings_beyond_a_screen_are_folded_and_errors_never() -> None:
    found = [problem(f"W-{number}", Severity.WARNING) for number in range(60)]
    found += [problem(f"E-{number}") for number in range(60)]
    (section,) = page_of(planned([wanted("okta")], [], problems=found)).root.find("section", "checks")
    (folded,) = section.find("details")
    assert folded.find("summary")[0].text == "10 more warnings"
    assert "E-" not in folded.text


def test_the_page_says_what_it_is_about() -> None:
    plan = planned(
        [wanted("okta")],
        [],
        only=("okta",),
        allow_gap=frozenset({"okta"}),
        allow_destroy=frozenset({"b", "a"}),
        max_deletes=3,
        discovery=Discovery.SKIP,
        strict=True,
    )
    text = page_of(plan).root.find("section")[-1].text
    for said in (
        plan.fingerprint,
        "sqlite .idpctl/registry.db",
        "Organizationacme",
        "idpctl.yaml sha256 f1f1f1f1f1f1",
    ):
        assert said in text
    for option in ("--only okta", "--allow-gap okta", "--max-deletes 3", "--discovery skip", "--strict"):
        assert option in text
    assert text.index("--allow-destroy a") < text.index("--allow-destroy b")
    assert "2025-03-01T12:00:00Z" in text


def test_a_plan_of_no_files_and_no_options_says_none() -> None:
    plan = imported([], [])
    bare = replace(plan, inputs=replace(plan.inputs, files={}), options=replace(plan.options, destroy=True))
    text = page_of(bare).root.find("section")[-1].text
    assert "Options\ndestroy" in text
    assert "Filesnone" in text
    assert "Planned at" not in text
    assert "Optionsnone" in page_of(planned([], [])).root.text
    assert "import okta" in page_of(imported([wanted("okta")], [])).root.text
