"""The commands that need neither a configuration nor a registry: version, schema, completion, explain."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

import pytest
from jsonschema import Draft202012Validator

from idpctl import __version__
from idpctl.drift.model import COUNTED, DriftClass
from idpctl.errors import ExitCode
from idpctl.explain import EXIT_CODES, all_rules, config_fields
from idpctl.schema.store import load, names
from tests.support.cli import Done

Run = Callable[..., Done]

FIELDS = [path for path, _ in config_fields()]


def test_version_is_one_line(idpctl: Run) -> None:
    assert idpctl("version", expect=0).out == f"idpctl {__version__}\n"


def test_version_as_json_names_python_and_the_format_of_plans(idpctl: Run) -> None:
    told = idpctl("version", "--json", expect=0).json()
    assert told == {
        "version": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        "plan_format_version": "1.0",
    }


def test_schema_alone_lists_the_names(idpctl: Run) -> None:
    assert idpctl("schema", expect=0).out.split() == list(names())


@pytest.mark.parametrize("name", names())
def test_each_schema_is_printed_as_a_valid_schema(idpctl: Run, name: str) -> None:
    printed = json.loads(idpctl("schema", name, expect=0).out)
    assert printed == load(name)
    Draft202012Validator.check_schema(printed)


def test_a_misspelt_schema_is_told_its_neighbour_and_all_names(idpctl: Run) -> None:
    done = idpctl("schema", "confg", expect=3)
    assert "did you mean config?" in done.err
    assert "names: " + ", ".join(names()) in done.err
    assert "did you mean" not in idpctl("schema", "xyzzy", expect=3).err


@pytest.mark.parametrize(
    ("shell", "sign"), [("bash", "complete "), ("zsh", "#compdef idpctl"), ("fish", "complete ")]
)
def test_completion_prints_a_script_that_asks_the_command(idpctl: Run, shell: str, sign: str) -> None:
    script = idpctl("completion", shell, expect=0).out
    assert sign in script
    assert f"_IDPCTL_COMPLETE={shell}_complete" in script


@pytest.mark.parametrize("rule", all_rules())
def test_every_rule_is_explained(idpctl: Run, rule: str) -> None:
    text = idpctl("explain", rule, expect=0).out
    assert text.startswith(f"{rule} ({all_rules()[rule].severity}): ")
    for part in ("What to do: ", "Source: "):
        assert part in text
    assert "{{" not in text
    assert "{key}" not in text
    assert ("Suppress it" in text) is all_rules()[rule].suppressible
    nowhere = not (all_rules()[rule].suppressible or all_rules()[rule].suppressible_on)
    assert ("cannot be suppressed" in text) is nowhere


def test_a_rule_is_found_in_small_letters_too(idpctl: Run) -> None:
    assert idpctl("explain", "cfg-01").out == idpctl("explain", "CFG-01").out


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_the_configuration_is_explained(idpctl: Run, field: str) -> None:
    text = idpctl("explain", field, expect=0).out
    assert text.startswith(f"{field}: ")
    assert text.split("\n")[1] == ""


def test_the_fields_are_those_a_person_writes() -> None:
    wanted = {
        "version",
        "owner",
        "registry.driver",
        "providers",
        "name",
        "lifecycle.protect",
        "defaults.type",
    }
    assert wanted < set(FIELDS)
    assert len(FIELDS) == len(set(FIELDS))


def test_the_values_of_a_field_are_shown(idpctl: Run) -> None:
    assert "One of: okta, microsoft, auth0" in idpctl("explain", "type").out
    assert "Default: true" in idpctl("explain", "enabled").out
    assert "Examples: OktaWorkforce" in idpctl("explain", "name").out


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_explained(idpctl: Run, code: ExitCode) -> None:
    assert idpctl("explain", str(int(code)), expect=0).out.startswith(f"Exit code {code:d}\n\n")
    assert code in EXIT_CODES


@pytest.mark.parametrize("kind", DriftClass)
def test_every_class_of_drift_is_explained_with_what_to_do_and_how_it_ends(
    idpctl: Run, kind: DriftClass
) -> None:
    text = idpctl("explain", str(kind), expect=0).out
    assert f"{kind} (class of drift): " in text
    assert "\nWhat to do: " in text
    (code,) = re.findall(r"^Exit code: (\d)", text, re.MULTILINE)
    assert code == ("4" if kind is DriftClass.UNKNOWN else "2" if kind in COUNTED else "0")


def test_a_word_that_is_a_field_and_a_class_of_drift_is_explained_as_both(idpctl: Run) -> None:
    text = idpctl("explain", "registry", expect=0).out
    assert text.startswith("registry: ")
    assert "\n\nregistry (class of drift): " in text


def test_explain_alone_lists_everything(idpctl: Run) -> None:
    text = idpctl("explain", expect=0).out
    for word in (*all_rules(), *FIELDS, *DriftClass, *(str(int(code)) for code in ExitCode)):
        assert f"\n  {word}" in text


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("CFG-00", "CFG-"),
        ("isuer", "issuer"),
        ("lifecycle.protekt", "lifecycle.protect"),
        ("dcs-05", "DSC-05"),
        ("upstraem", "upstream"),
    ],
)
def test_a_misspelt_word_is_told_its_neighbour(idpctl: Run, word: str, near: str) -> None:
    assert f"did you mean {near}" in idpctl("explain", word, expect=3).err


@pytest.mark.parametrize("word", ["9", "99999", "²", "xyzzyxyzzy"])
def test_an_unknown_word_is_told_where_the_list_is(idpctl: Run, word: str) -> None:
    done = idpctl("explain", word, expect=3)
    assert "idpctl explain lists all" in done.err or "did you mean" in done.err
