"""The text of a plan: Terraform's lines byte for byte, dangers first, one glance at the end."""

from __future__ import annotations

import pytest

from idpctl.errors import Severity
from tests.render.plans import (
    applied,
    imported,
    lines_of,
    marked,
    planned,
    problem,
    renamed,
    unmanaged,
    wanted,
)

OKTA = wanted("okta")
RECORD = applied(OKTA, "r-1")
ENTRA = "https://login.microsoftonline.com/tenant/discovery/v2.0/keys"
LAYOUT = """\
idpctl plan: acme/prod on sqlite .idpctl/registry.db (organization acme), 3 in registry, 2 declared

Trust changes (need --allow-trust-change KEY):
  ! azure  jwks_endpoint host  evil.example.com -> login.microsoftonline.com   [registry drift]

  # identity_provider.workforce must be replaced
+/- identity_provider "workforce"   (idpctl.yaml:3)
      ~ name                    "okta-main" -> "okta-new"FORCES
        # 8 unchanged: type, description, ...
      order: create okta-new, read back, delete okta-main; both exist meanwhile, no gap

  # identity_provider.azure will be updated in-place
  ~ identity_provider "azure"   (idpctl.yaml:20, changed outside idpctl)
      ~ jwks_endpoint           "https://evil.example.com/jwks" -> "ENTRA"   (discovery)
        # 8 unchanged: name, type, ...

Not managed by this configuration (left alone): legacy-auth0

Needs to be allowed:
  blocked  --allow-trust-change azure  changes whom to trust: jwks_endpoint
  blocked  --allow-replace workforce   the record is created anew; its id changes

Plan: 1 to add, 1 to change, 1 to destroy.
idpctl: 0 to create, 1 to update, 1 to replace, 0 to delete; 1 drifted, 1 trust change
Fingerprint: FINGERPRINT   Blocked: --allow-trust-change azure, --allow-replace workforce
"""


def test_the_whole_layout() -> None:
    before, after = wanted("workforce", name="okta-main"), wanted("workforce", name="okta-new")
    azure = wanted("azure", jwks_endpoint=ENTRA, line=20)
    records = [
        applied(before, "r-1"),
        applied(azure, "r-2", jwks_endpoint="https://evil.example.com/jwks"),
        unmanaged("legacy-auth0"),
    ]
    plan = planned([after, azure], records)
    forces = "   # forces replacement: cannot be modified once created"
    expected = LAYOUT.replace("ENTRA", ENTRA).replace("FORCES", forces)
    assert "\n".join(lines_of(plan)) == expected.replace("FINGERPRINT", plan.fingerprint)


NOTHING = "idpctl: 0 to create, 0 to update, 0 to replace, 0 to delete"
ONE_REPLACED = "idpctl: 0 to create, 0 to update, 1 to replace, 0 to delete"
RESULTS = {
    "a replacement counts twice": (
        planned([wanted("okta", name="new")], [RECORD]),
        "Plan: 1 to add, 0 to change, 1 to destroy.",
        "idpctl: 0 to create, 0 to update, 1 to replace, 0 to delete; 0 drifted, 0 trust changes",
    ),
    "an import stands first": (
        imported([OKTA], [unmanaged("okta")]),
        "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.",
        f"{NOTHING}, 1 to import; 0 drifted, 0 trust changes",
    ),
    "a renamed key changes nothing": (
        renamed(),
        "Plan: 0 to add, 0 to change, 0 to destroy.",
        f"{NOTHING}, 1 to move; 0 drifted, 0 trust changes",
    ),
    "what stays is a count": (
        planned([OKTA, wanted("gone", name="x")], [RECORD, applied(wanted("gone"), "r-2")]),
        "Plan: 1 to add, 0 to change, 1 to destroy.",
        f"{ONE_REPLACED}; 0 drifted, 0 trust changes, 1 unchanged",
    ),
    "nothing to do": (
        planned([OKTA], [RECORD, unmanaged("x")]),
        "No changes. Your infrastructure matches the configuration.",
        "idpctl: 1 declared, 1 as wanted; 1 not managed here",
    ),
    "nothing to destroy": (
        planned([], [], destroy=True),
        "No changes. No objects need to be destroyed.",
        "idpctl: 0 declared, 0 as wanted; 0 not managed here",
    ),
}


@pytest.mark.parametrize(("plan", "line", "ours"), RESULTS.values(), ids=RESULTS)
def test_the_result_is_terraforms_line_and_then_ours(plan: object, line: str, ours: str) -> None:
    lines = lines_of(plan)
    assert lines[lines.index(line) + 1] == ours


def test_a_plan_with_errors_says_that_nothing_can_be_applied() -> None:
    lines = lines_of(planned([], [], problems=[problem(), problem("X-1")]))
    assert lines[-2] == "Error: nothing can be applied: 2 checks failed"
    assert not any(line.startswith("No changes.") for line in lines)


def test_a_suppressed_error_is_no_error() -> None:
    lines = lines_of(planned([OKTA], [RECORD], problems=[problem(suppressed="agreed")]))
    assert "Checks: 1 suppressed (-v shows all)" in lines
    assert "No changes. Your infrastructure matches the configuration." in lines


def test_findings_that_are_all_shown_promise_no_more() -> None:
    plan = planned([OKTA], [RECORD], problems=[problem(severity=Severity.INFO)])
    assert "Checks: 1 note (-v shows all)" in lines_of(plan)
    assert "Checks: 1 note" in lines_of(plan, verbose=True)
    warned = planned([OKTA], [RECORD], problems=[problem(severity=Severity.WARNING)])
    assert "Checks: 1 warning" in lines_of(warned)


def test_a_partial_plan_says_so_at_both_ends() -> None:
    lines = lines_of(planned([OKTA, wanted("other")], [], only=("ok*", "x")))
    loud = 'PARTIAL PLAN (--only "ok*", --only x): nothing is said about other providers.'
    assert [index for index, line in enumerate(lines) if line == loud] == [1, len(lines) - 5]
    assert loud in lines_of(planned([OKTA], [RECORD], only=("ok*", "x")))


def test_a_destroy_is_called_one() -> None:
    assert lines_of(planned([], [], destroy=True))[0].startswith("idpctl destroy: acme/prod on sqlite")


def test_dangers_come_first() -> None:
    desired = [
        wanted("a-new"),
        wanted("b-text", description="x"),
        wanted("c-trust", allowed_token_audience="api://all"),
        wanted("d-other", name="z"),
    ]
    records = [applied(wanted(key), f"r-{key}") for key in ("b-text", "c-trust", "d-other", "e-gone")]
    titles = [
        line.split()[1] for line in lines_of(planned(desired, records)) if line.startswith("  # identity")
    ]
    assert [title.partition(".")[2] for title in titles] == [
        "d-other",
        "e-gone",
        "c-trust",
        "b-text",
        "a-new",
    ]


def test_large_plans_drop_context_and_nothing_else() -> None:
    keys = [f"idp{number:03}" for number in range(101)]
    plan = planned(
        [wanted(key, description="new") for key in keys], [applied(wanted(key), key) for key in keys]
    )
    lines = lines_of(plan)
    assert not any("unchanged:" in line for line in lines)
    assert sum(line.endswith("will be updated in-place") for line in lines) == 101
    assert sum("8 unchanged:" in line for line in lines_of(plan, verbose=True)) == 101


def test_many_closed_gates_are_listed_above_and_counted_below() -> None:
    keys = [f"idp{number}" for number in range(25)]
    plan = planned(
        [wanted(key, name=f"n-{key}") for key in keys], [applied(wanted(key), key) for key in keys]
    )
    lines = lines_of(plan)
    assert sum(line.startswith("  blocked  --allow-replace") for line in lines) == 25
    assert lines[-2].endswith(" and 5 more")


def test_open_gates_are_shown_as_such() -> None:
    plan = planned([wanted("okta", name="new")], [RECORD], allow_replace=frozenset({"okta"}))
    lines = lines_of(plan)
    assert lines[lines.index("Allowed:") + 1].startswith("  allowed  --allow-replace okta  ")
    assert not any("Blocked:" in line for line in lines)


def test_many_records_of_others_are_counted() -> None:
    free = [unmanaged(f"free{number:02}", f"u-{number}") for number in range(22)]
    theirs = [applied(wanted(f"their{number:02}"), f"f-{number}") for number in range(23)]
    plan = planned([], [*free, *(marked(record, owner="acme/dev") for record in theirs)])
    text = "\n".join(lines_of(plan))
    assert "free19 and 2 more\n" in text
    assert "Owned by others (left alone): their00 (owner acme/dev), " in text
    assert "their19 (owner acme/dev) and 3 more\n" in text
    everything = "\n".join(lines_of(plan, verbose=True))
    assert "free21\n" in everything
    assert "their22 (owner acme/dev)\n" in everything


def test_what_is_adopted_is_not_left_alone() -> None:
    lines = lines_of(imported([OKTA], [unmanaged("okta"), unmanaged("other", "r-2")]))
    assert "Not managed by this configuration (left alone): other" in lines


def test_colours_of_a_terminal() -> None:
    lines = lines_of(planned([wanted("okta", name="new"), wanted("b")], [RECORD]), color=True)
    assert "\x1b[1m  # identity_provider.okta\x1b[0m must be \x1b[1m\x1b[31mreplaced\x1b[0m" in lines
    assert any(line.startswith("\x1b[32m+\x1b[0m/\x1b[31m-\x1b[0m identity_provider") for line in lines)
    assert any(line.startswith("\x1b[1mPlan:\x1b[0m 2 to add") for line in lines)
