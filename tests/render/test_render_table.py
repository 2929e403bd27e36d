"""Formats are found by name and imported only when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from idpctl.errors import ExitCode, InvalidInputError
from idpctl.planfile.refusal import RULES
from idpctl.render.table import FORMATS, renderer
from idpctl.render.view import View
from tests.render.plans import applied, planned, wanted


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "metrics"])
def test_every_format_renders_a_plan_that_ends_its_line(kind: str) -> None:
    # A trust change, since annotations have nothing to say of a plan without danger.
    stolen = applied(wanted("okta"), "r-1", jwks_endpoint="https://evil.example.com/keys")
    text = renderer(kind)(View(subject=planned([wanted("okta")], [stolen])))
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize(
    ("kind", "hint"),
    [
        ("txet", "did you mean text?"),
        ("jsno", "did you mean json?"),
        ("\x1b", f"formats are: {', '.join(FORMATS)}"),
    ],
)
def test_an_unknown_format_is_refused_with_a_hint(kind: str, hint: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        renderer(kind)
    assert caught.value.exit_code is ExitCode.INVALID
    assert caught.value.message.isprintable()
    assert caught.value.hint == hint


def test_the_text_of_a_plan_needs_no_other_format() -> None:
    script = (
        "import sys; import idpctl.render.text_plan, idpctl.render.view, idpctl.render.text;"
        "wrong = {'idpctl.planfile', 'idpctl.render.json', 'idpctl.render.text_outcome', 'idpctl.report',"
        " 'jsonschema', 'click', 'idpctl.schema'};"
        "found = wrong & sys.modules.keys(); sys.exit(repr(found) if found else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_rules_of_plan_files_can_be_explained() -> None:
    for rule_id, rule in RULES.items():
        assert rule.id == rule_id
        assert rule.title
        assert rule.hint
        assert rule.source
