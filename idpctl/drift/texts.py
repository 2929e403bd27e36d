"""The classes of drift in words, for reports and for `idpctl explain`."""

from __future__ import annotations

from idpctl.drift.model import COUNTED, DriftClass
from idpctl.value import value


@value
class ClassText:
    """What a class of findings is, and what a person does about one."""

    title: str
    meaning: str
    advice: str


CLASSES = {
    DriftClass.REGISTRY: ClassText(
        title="A record of yours was edited by hand",
        meaning="Somebody edited it in the registry since the last apply, or it does not say any more that it"
        " is yours. A record remembers what was applied, so that an edit by hand is told from an edit of the"
        " configuration.",
        advice="find out who edited it. `idpctl plan` shows what an apply puts back; to keep the edit, write"
        " it into the configuration.",
    ),
    DriftClass.MISSING: ClassText(
        title="A record of yours was deleted by hand",
        meaning="The registry's own log tells that the record was there, or the last report does, which"
        " --since names. With neither it looks like one that was never created.",
        advice="find out who deleted it. An apply creates it again; to let it go, take the provider out of"
        " the configuration.",
    ),
    DriftClass.UPSTREAM: ClassText(
        title="The provider serves another value than before",
        meaning="Its discovery document says otherwise than is registered, or than the lock says. Keys that"
        " come and go are none of it.",
        advice="find out whether the provider meant to move. With a lock `idpctl lock --update KEY` takes it"
        " over, in a commit that is reviewed; without one the next plan does.",
    ),
    DriftClass.UNMANAGED: ClassText(
        title="A record appeared that nobody owns",
        meaning="It was not there at the last report, which --since names. One that has the issuer of a"
        " provider of yours is always drift, however long it has been there: the gateway may take its keys"
        " for yours.",
        advice="find out who made it. `idpctl import KEY` adopts one that is declared, others are left alone;"
        " one with your issuer has to go.",
    ),
    DriftClass.FOREIGN: ClassText(
        title="A record of another owner appeared",
        meaning="As `unmanaged`, and another configuration owns it: its mark names the owner.",
        advice="ask that owner. One with your issuer has to go.",
    ),
    DriftClass.PENDING: ClassText(
        title="The configuration is not applied yet",
        meaning="What was merged and waits for its apply, or what an apply that was interrupted has left.",
        advice="`idpctl plan`, then `idpctl apply`.",
    ),
    DriftClass.UNKNOWN: ClassText(
        title="It could not be read",
        meaning="Nothing is known to have changed: an outage is no drift. What was found upstream before is"
        " told as it was last seen, where --since names that report.",
        advice="look whether the provider is up: `idpctl discover KEY`. The next run looks again.",
    ),
}


def class_text(kind: DriftClass) -> str:
    """Return all that is said of a class."""
    text = CLASSES[kind]
    return (
        f"{kind} (class of drift): {text.title}\n\n{text.meaning}\n\n"
        f"What to do: {text.advice}\nExit code: {_code(kind)}\n"
    )


def _code(kind: DriftClass) -> str:
    if kind is DriftClass.UNKNOWN:
        return "4, and it cannot be accepted."
    return "2, unless --fail-on names others." if kind in COUNTED else f"0, and 2 with --fail-on {kind}."
