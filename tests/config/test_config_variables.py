"""`${IDPCTL_VAR_NAME}`: that prefix alone, and text only."""

from __future__ import annotations

import pytest

from idpctl.config import variables
from tests.config.house import GOOD, House

ENVIRON = {
    "IDPCTL_VAR_NAME": "Okta",
    "IDPCTL_VAR_NUMBER": "12",
    "IDPCTL_VAR_EMPTY": "",
    "HOME": "/root",
    "IDPCTL_VAR_": "x",
}
ENVIRON["IDPCTL_VAR_NESTED"] = "${IDPCTL_VAR_NAME}"

REPLACED = [
    ("${IDPCTL_VAR_NAME}", "Okta"),
    ("a ${IDPCTL_VAR_NAME} b ${IDPCTL_VAR_NAME}", "a Okta b Okta"),
    ("'${IDPCTL_VAR_NUMBER}'", "12"),
    ("${IDPCTL_VAR_NUMBER}", "12"),
    ('"\\x24{IDPCTL_VAR_NAME}"', "Okta"),
    ("x${IDPCTL_VAR_EMPTY}y", "xy"),
    ("${IDPCTL_VAR_NESTED}", "${IDPCTL_VAR_NAME}"),
    ("$${IDPCTL_VAR_NAME}", "${IDPCTL_VAR_NAME}"),
    ("$$${IDPCTL_VAR_NAME}", "$${IDPCTL_VAR_NAME}"),
    ("$5 and $HOME", "$5 and $HOME"),
    ("none ${IDPCTL_VAR_NAME}", "none Okta"),
]


@pytest.mark.parametrize(("written", "value"), REPLACED)
def test_is_replaced(house: House, written: str, value: str) -> None:
    provider = house.load(GOOD + f"    description: {written}\n", environ=ENVIRON).providers[0]
    assert provider.description == value


ONLY = "is not replaced: only names that begin with IDPCTL_VAR_ are"
FAULTS = [
    ("${IDPCTL_VAR_MISSING}", "the variable IDPCTL_VAR_MISSING is not set"),
    ("${HOME}", f'"HOME" {ONLY}'),
    ("${IDPCTL_VAR_}", f'"IDPCTL_VAR_" {ONLY}'),
    ("${}", f'"" {ONLY}'),
    (
        "${IDPCTL_VAR_NAME:-x}",
        '"IDPCTL_VAR_NAME:-x" is not replaced: only names that begin with IDPCTL_VAR_ are',
    ),
    ("'a ${IDPCTL_VAR_NAME'", "a ${ has no closing }"),
    ("${HOME}${IDPCTL_VAR_A}", f'"HOME" {ONLY}; the variable IDPCTL_VAR_A is not set'),
]


@pytest.mark.parametrize(("written", "message"), FAULTS)
def test_is_refused(house: House, written: str, message: str) -> None:
    problem = house.only(GOOD + f"    description: {written}\n", environ=ENVIRON)
    assert (problem.rule, str(problem.source), problem.message) == ("CFG-28", "idpctl.yaml:9:18", message)
    assert "${IDPCTL_VAR_NAME}" in problem.hint


def test_keys_are_not_replaced(house: House) -> None:
    provider = house.load(GOOD + "    properties: {'${IDPCTL_VAR_NAME}': x}\n", environ=ENVIRON).providers[0]
    assert provider.properties == {"${IDPCTL_VAR_NAME}": "x"}


def test_a_replaced_value_is_text_where_a_boolean_is_wanted(house: House) -> None:
    problem = house.only(GOOD + "    enabled: ${IDPCTL_VAR_ON}\n", environ={"IDPCTL_VAR_ON": "true"})
    assert (problem.rule, str(problem.source)) == ("CFG-22", "idpctl.yaml:9:14")


def test_what_a_variable_brings_is_judged_like_what_is_written(house: House) -> None:
    text = GOOD + "    description: ${IDPCTL_VAR_X}\n"
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    for value, rule in ((token, "CFG-27"), ("a\0b", "YML-05"), ("\udcff", "YML-05")):
        problem = house.only(text, environ={"IDPCTL_VAR_X": value})
        assert (problem.rule, str(problem.source)) == (rule, "idpctl.yaml:9:18")
        assert value not in problem.message


def test_only_the_first_faults_of_a_value_are_told(house: House) -> None:
    problem = house.only(GOOD + f"    description: {'${A}' * 50}\n")
    assert problem.message.count(";") == 2


def test_variables_cannot_blow_up_a_file(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variables, "_MOST_CHARACTERS", 10)
    text = GOOD + "    description: ${IDPCTL_VAR_NAME}${IDPCTL_VAR_NAME}${IDPCTL_VAR_NAME}\n"
    assert "grow" in house.only(text, environ=ENVIRON).message
