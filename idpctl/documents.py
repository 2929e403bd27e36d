"""What discovery brought in, as values: responses, discovery documents and key sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from idpctl import digest
from idpctl.errors import Source
from idpctl.value import field, value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from idpctl.model import Json, Places

LOCK_FILE = "idpctl.lock.yaml"
MEMBERS = {"issuer": "issuer", "token_endpoint": "token_endpoint", "jwks_endpoint": "jwks_uri"}
"""Field of a provider -> the member of its discovery document that fills it."""

FIELD_OF = {member: path for path, member in MEMBERS.items()}
LOCKED_MEMBERS = tuple(MEMBERS.values())


@value
class Fetched:
    """An answer that arrived whole and within its limits; its content is still hostile.

    `seconds` is the time from the first byte sent to the last one read, the connection included.
    """

    url: str
    status: int
    content_type: str = ""
    location: str | None = None
    body: bytes = b""
    seconds: float = 0.0


@value
class Unreachable:
    """No usable answer: `rule` names the check that failed, `reason` says it in neutral words."""

    url: str
    rule: str
    reason: str


Response = Fetched | Unreachable


@value
class Certificate:
    """A server's certificate that was verified; it ends at `not_after`, in seconds since 1970 (UTC)."""

    not_after: int


@value
class Document:
    """A discovery document that was read strictly (RFC 8414 section 2, OpenID Connect Discovery section 3).

    A member that is absent is None, one that is not a string has been reported and is None too.
    """

    url: str
    issuer: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    members: Mapping[str, Json] = field(default_factory=dict)


@value
class Discoveries:
    """All answers of a run, by URL: one fetch per distinct URL.

    A URL that was not asked for, since discovery was skipped or its document failed, is absent.
    """

    documents: Mapping[str, Response] = field(default_factory=dict)
    key_sets: Mapping[str, Response] = field(default_factory=dict)


NOTHING_FETCHED = Discoveries()


@value
class Entry:
    """What the discovery lock holds of one provider: members as they were served, byte for byte.

    A member that was not served is None. `sha256` is the digest that is written beside them, `date`
    the day (UTC) on which they were last changed.
    """

    key: str
    well_known_url: str
    issuer: str | None = None
    token_endpoint: str | None = None
    jwks_uri: str | None = None
    sha256: str = ""
    date: str = ""
    places: Places | None = None

    def seal(self) -> str:
        """Return the SHA-256 over the canonical JSON of URL and members, what is absent left out."""
        values = {name: getattr(self, name) for name in ("well_known_url", *LOCKED_MEMBERS)}
        return digest.sha256({name: text for name, text in values.items() if text is not None})

    def document(self) -> Document:
        """Return the document that serves what is locked, and nothing else."""
        members = {name: text for name in LOCKED_MEMBERS if (text := getattr(self, name)) is not None}
        return Document(url=self.well_known_url, members=members, **members)

    def at(self, name: str | None = None) -> Source | None:
        """Return where `name` stands in the lock file, else where the entry begins."""
        places = self.places
        if places is None:
            return None
        index = places.names.index(name) + 1 if name in places.names else 0
        line, column = divmod(places.packed[index], 4096)
        return Source(file=places.file, line=line, column=column)


@value
class Lock:
    """The discovery lock: what was served when it was last reviewed, by key of the provider.

    `sha256` is over the bytes of the file, None where there is no lock; `file` is its path as people
    gave it.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    file: str = ""
    sha256: str | None = None


NO_LOCK = Lock()


def moved(entry: Entry, document: Document) -> tuple[tuple[str, str, str], ...]:
    """Return member, locked and served value of each member in which the two differ.

    A member that one of them lacks has not moved: missing information never becomes a change.
    """
    pairs = ((name, getattr(entry, name), getattr(document, name)) for name in LOCKED_MEMBERS)
    return tuple(
        (name, locked, served) for name, locked, served in pairs if locked and served != locked and served
    )
