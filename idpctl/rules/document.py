"""From an answer to a discovery document, and all that can be said of it: DSC-01 to DSC-13."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl.documents import MEMBERS, Document, Unreachable
from idpctl.errors import Severity
from idpctl.rules.base import finding
from idpctl.rules.hits import Hit, problems
from idpctl.rules.issuers import issuer_hits
from idpctl.rules.served import served_hits
from idpctl.rules.strict_json import StrictJsonError, parse
from idpctl.rules.url_parts import shown
from idpctl.text import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from idpctl.documents import Fetched, Response
    from idpctl.errors import Problem
    from idpctl.model import Declared, Json
    from idpctl.rules.urls import UrlPolicy

DOCUMENT_LIMIT = 64 * 1024  # bytes; the largest of 73 real documents has 6.2 kB
_OK = 200
_KNOWN = "; the locked values are used"
_STATUS_HINTS = {
    301: "Write the address that it redirects to, if you trust it.",
    302: "Write the address that it redirects to, if you trust it.",
    307: "Write the address that it redirects to, if you trust it.",
    308: "Write the address that it redirects to, if you trust it.",
    400: "The tenant, realm or policy in the URL is probably misspelt.",
    401: "Discovery documents are public; this one asks for a login.",
    403: "Discovery documents are public; this one is refused to this machine.",
    404: "There is no document: check tenant, realm or authorization server, and the end of the URL.",
}


def check_document(
    declared: Declared, response: Response, policy: UrlPolicy, *, locked: bool = False
) -> tuple[Document | None, list[Problem]]:
    """Return the document in `response`, None where there is no readable one, and every finding.

    Where all three endpoints are overridden nothing is taken from the document: an unreadable one
    is a warning then. So is an outage where its values are `locked`: they are known and were reviewed,
    and that nobody answers says nothing against them. An answer that breaks a rule does, and a URL
    that must not be contacted is no outage: both stay errors.
    """
    if isinstance(response, Unreachable):
        return None, [_unreachable(declared, response, locked=locked)]
    members, hits = _read(response)
    found = list(hits)
    if members is None:
        if declared.pinned:
            found = [hit._replace(severity=Severity.WARNING) for hit in found]
        elif locked and response.status != _OK:
            found = [hit._replace(severity=Severity.WARNING, message=hit.message + _KNOWN) for hit in found]
        return None, problems(found, declared)
    document = _document(response.url, members)
    found.extend(_wrong_types(declared, members))
    found.extend(issuer_hits(declared, document))
    found.extend(served_hits(declared, document, policy))
    return document, problems(found, declared)


def _unreachable(declared: Declared, response: Unreachable, *, locked: bool) -> Problem:
    """Return the finding of the rule that the response names, placed where the URL is written."""
    from idpctl.http.rules import REFUSED
    from idpctl.rules.all import all_rules

    outage = locked and response.rule != REFUSED
    return finding(
        all_rules()[response.rule],
        f"{shown(response.url)}: {response.reason}" + (_KNOWN if outage else ""),
        declared=declared,
        path="well_known_url",
        severity=Severity.WARNING if declared.pinned or outage else Severity.ERROR,
    )


def _read(response: Fetched) -> tuple[dict[str, Json] | None, list[Hit]]:
    path = "well_known_url"
    url = shown(response.url)
    if response.status != _OK:
        location = "" if response.location is None else f", Location {shown(response.location)}"
        message = f"{url} answered with status {response.status}{location}"
        return None, [Hit("DSC-01", message, path, _STATUS_HINTS.get(response.status))]
    hits = list(_content_type(response))
    try:
        members = parse(response.body, limit=DOCUMENT_LIMIT)
    except StrictJsonError as error:
        page = response.body.lstrip()[:1] == b"<"
        hint = "It looks like a page for people: a login page, or a wrong URL." if page else None
        return None, [*hits, Hit("DSC-02", f"{url} cannot be read: {error}", path, hint)]
    if not isinstance(members, dict):
        return None, [*hits, Hit("DSC-02", f"{url} holds JSON, but not an object", path)]
    return members, hits


def _content_type(response: Fetched) -> Iterator[Hit]:
    kind = response.content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        return
    severity = Severity.ERROR if kind in {"text/html", "application/xhtml+xml"} else None
    hint = "A login page, or a page for people: correct the URL." if severity else None
    label = quote(kind) if kind else "no content type"
    yield Hit("DSC-03", f"{shown(response.url)} is served as {label}", "well_known_url", hint, severity)


def _document(url: str, members: dict[str, Json]) -> Document:
    served = {name: members.get(name) for name in MEMBERS.values()}
    return Document(
        url=url,
        members=members,
        **{name: value if isinstance(value, str) else None for name, value in served.items()},
    )


def _wrong_types(declared: Declared, members: dict[str, Json]) -> Iterator[Hit]:
    """Yield DSC-04; an override takes the place of the member, so that a warning is enough."""
    for field, name in MEMBERS.items():
        severity = None if getattr(declared, field) is None else Severity.WARNING
        if name in members and not isinstance(members[name], str):
            kind = {dict: "an object", list: "a list", type(None): "null"}.get(type(members[name]), "no text")
            yield Hit("DSC-04", f"`{name}` is {kind}", field, severity=severity)
        elif name == "issuer" and not members.get(name):
            yield Hit("DSC-04", "`issuer` is missing or empty", field, severity=severity)
