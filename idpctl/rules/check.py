"""The doors of this package: all checks of providers, documents and key sets. Pure.

The stages, in order: what is written (`check_declared`), what is locked (`find_entry`, `check_spare`),
what a provider serves (`check_document`, `check_key_set`) and how that differs from the lock
(`check_moved`, `check_locked`), what the registry shall hold (`check_resolved`), all of it side by
side (`check_together`). Each finding is made by one stage alone, so that calling all of them repeats
nothing. A provider that nothing is wrong with costs a few microseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.rules import declared as _declared
from idpctl.rules import resolved as _resolved
from idpctl.rules import together as _together
from idpctl.rules.urls import UrlPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from idpctl.documents import Document, Entry, Lock, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Desired

__all__ = [
    "UrlPolicy",
    "check_declared",
    "check_document",
    "check_key_set",
    "check_locked",
    "check_moved",
    "check_resolved",
    "check_spare",
    "check_together",
    "find_entry",
    "key_set_url",
    "weigh",
]

check_declared = _declared.check_declared
check_together = _together.check_together


def check_document(
    declared: Declared, response: Response, policy: UrlPolicy, *, locked: bool = False
) -> tuple[Document | None, list[Problem]]:
    """Return the document in `response`, None where none can be read, and every finding on it.

    That is DSC-01 to DSC-13 but DSC-09, URL-* on the served values that would be used, and the
    network's own finding where there was no answer: an outage, a warning, where its values are `locked`.
    """
    from idpctl.rules import document

    return document.check_document(declared, response, policy, locked=locked)


def find_entry(declared: Declared, lock: Lock, *, alone: bool) -> tuple[Entry | None, list[Problem]]:
    """Return what is locked of a provider as far as it can be used, and LCK-02 to LCK-04."""
    from idpctl.rules import locked

    return locked.find_entry(declared, lock, alone=alone)


def check_locked(declared: Declared, entry: Entry, policy: UrlPolicy) -> list[Problem]:
    """Return the findings of DSC-* and URL-* on values that are used because they are locked."""
    from idpctl.rules import locked

    return locked.check_locked(declared, entry, policy)


def check_moved(declared: Declared, entry: Entry, document: Document) -> list[Problem]:
    """Return LCK-01 for each member that is served otherwise than it is locked."""
    from idpctl.rules import locked

    return locked.check_moved(declared, entry, document)


def check_spare(declared: Sequence[Declared], lock: Lock) -> list[Problem]:
    """Return LCK-05 for entries of the lock that no provider needs."""
    from idpctl.rules import locked

    return list(locked.check_spare(declared, lock))


def key_set_url(declared: Declared, document: Document | None, policy: UrlPolicy) -> str | None:
    """Return the JWKS URL to fetch: the override, else the served one.

    None where it is missing, or refused by the rules: then it must not be contacted.
    """
    if declared.jwks_endpoint is not None:
        from idpctl.rules.urls import is_usable

        return declared.jwks_endpoint if is_usable(declared.jwks_endpoint, "jwks_endpoint", policy) else None
    if document is None or not document.jwks_uri:
        return None
    from idpctl.rules.served import is_usable_key_set

    return document.jwks_uri if is_usable_key_set(document.jwks_uri, document.url, policy) else None


def check_key_set(declared: Declared, response: Response, policy: UrlPolicy) -> list[Problem]:  # noqa: ARG001 - all stages are called alike
    """Return the findings JWK-01 to JWK-11 on the answer of the JWKS endpoint."""
    from idpctl.rules import key_set

    return key_set.check_key_set(declared, response)


def check_resolved(desired: Desired, document: Document | None, policy: UrlPolicy) -> list[Problem]:  # noqa: ARG001 - all stages are called alike
    """Return the findings CFG-01, CFG-11 to CFG-14, DSC-09, and URL-11 for an issuer without a tenant.

    URL-* on written values is `check_declared`'s, on served ones `check_document`'s.
    """
    return _resolved.check_resolved(desired)


def weigh(
    problems: Sequence[Problem], suppress: Mapping[str, Mapping[str, str]], strict: bool
) -> list[Problem]:
    """Return `problems` with the reasons of `suppress` (address -> rule -> reason) set where they count.

    `strict` turns warnings into errors.
    """
    if not problems:
        return []
    from idpctl.rules import suppressions

    return suppressions.weigh(problems, suppress, strict)
