"""The values that everything else speaks about: pure, frozen, without I/O."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from idpctl import digest
from idpctl.text import hide_userinfo, hide_userinfo_inside
from idpctl.value import field, replace, value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from idpctl.errors import Source

Json = Any  # null, bool, int, str, list and dict of these; no floats

TEXT_FIELDS = (
    "name",
    "type",
    "description",
    "allowed_token_audience",
    "well_known_url",
    "issuer",
    "token_endpoint",
    "jwks_endpoint",
)
FIELDS = (*TEXT_FIELDS, "enabled")
ENDPOINTS = ("issuer", "token_endpoint", "jwks_endpoint")
NO_PROPERTIES: Mapping[str, Json] = {}


class Origin(StrEnum):
    """Where a wanted value comes from."""

    CONFIG = "config"
    DISCOVERY = "discovery"
    LOCK = "lock"


class ReplaceOrder(StrEnum):
    """Which half of a replacement comes first."""

    CREATE_FIRST = "create_first"
    DELETE_FIRST = "delete_first"


@value
class IdentityProvider:
    """An external identity provider as a registry holds it; all endpoints are resolved.

    Text that is absent is "". `properties` are extras of the registry's driver.
    """

    name: str
    type: str
    description: str = ""
    allowed_token_audience: str
    well_known_url: str
    issuer: str
    token_endpoint: str
    jwks_endpoint: str
    enabled: bool = True
    properties: Mapping[str, Json] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Json]:
        """Return the nine fields and the properties as plain JSON."""
        values: dict[str, Json] = {name: getattr(self, name) for name in FIELDS}
        values["properties"] = dict(self.properties)
        return values

    def public(self, managed: Collection[str]) -> IdentityProvider:
        """Return what may be printed and saved: of the properties only `managed` ones, no user information.

        What else a registry keeps beside a record may be a secret of its own.
        """
        hidden = {path: hide_userinfo(getattr(self, path)) for path in TEXT_FIELDS}
        properties = {
            key: hide_userinfo_inside(value) for key, value in self.properties.items() if key in managed
        }
        return replace(self, **hidden, properties=properties)


@value
class Lifecycle:
    """How a provider may be changed."""

    protect: bool = False
    ignore_changes: frozenset[str] = frozenset()
    replace: ReplaceOrder = ReplaceOrder.CREATE_FIRST


DEFAULT_LIFECYCLE = Lifecycle()


@value
class Places:
    """Where the fields of one provider stand in a file: compact, for ten thousand of them.

    `packed` holds line * 4096 + column (both from 1, the column capped at 4095), first for the
    provider's key, then for each of `names`.
    """

    file: str
    names: tuple[str, ...]
    packed: tuple[int, ...]


@value
class Declared:
    """A provider as written in the configuration, before discovery.

    An endpoint of None is to be filled from discovery; an endpoint with text is an override.
    `suppress` maps rule ids to the reasons given. `places` may name several files when layers
    were merged: then it holds the last one that wrote the field.
    """

    key: str
    name: str
    type: str
    description: str = ""
    allowed_token_audience: str
    well_known_url: str
    issuer: str | None = None
    token_endpoint: str | None = None
    jwks_endpoint: str | None = None
    enabled: bool = True
    properties: Mapping[str, Json] = field(default_factory=dict)
    lifecycle: Lifecycle = DEFAULT_LIFECYCLE
    suppress: Mapping[str, str] = field(default_factory=dict)
    places: tuple[Places, ...] = ()

    @property
    def pinned(self) -> bool:
        """Say whether nothing has to be filled from discovery."""
        return self.issuer is not None and self.token_endpoint is not None and self.jwks_endpoint is not None

    def at(self, path: str | None = None) -> Source | None:
        """Return where the field `path` is written, else where the provider begins."""
        from idpctl.errors import Source

        for place in reversed(self.places):
            if path in place.names:
                line, column = divmod(place.packed[place.names.index(path) + 1], 4096)
                return Source(file=place.file, line=line, column=column)
        if not self.places:
            return None
        line, column = divmod(self.places[0].packed[0], 4096)
        return Source(file=self.places[0].file, line=line, column=column)


@value
class Provenance:
    """Where each endpoint's wanted value comes from."""

    issuer: Origin = Origin.CONFIG
    token_endpoint: Origin = Origin.CONFIG
    jwks_endpoint: Origin = Origin.CONFIG

    def of(self, path: str) -> Origin:
        """Return the origin of the field `path`; fields that discovery never fills come from the file."""
        return getattr(self, path) if path in ENDPOINTS else Origin.CONFIG


ALL_FROM_CONFIG = Provenance()


@value
class Desired:
    """A declared provider with every endpoint resolved: what the registry shall hold."""

    declared: Declared
    idp: IdentityProvider
    provenance: Provenance = ALL_FROM_CONFIG

    @property
    def key(self) -> str:
        """Return the address of the provider: its key in the configuration."""
        return self.declared.key


@value
class Moved:
    """A key that was given another name in the configuration."""

    from_key: str
    to_key: str
    source: Source | None = None


@value
class Mark:
    """Ownership and the memory of what was last applied, kept in the record itself.

    `name` is that of the very record, `applied` maps each managed field to `digest.short` of the
    value last written (`properties.KEY` for each managed property), `op` is the operation that
    wrote it, `replaces` the ref of the record that this one replaces.
    """

    owner: str
    key: str
    name: str
    applied: Mapping[str, str]
    op: str
    replaces: str | None = None
    protect: bool = False


@value
class Record:
    """One record of a registry; `mark` is None unless the driver found a mark of this very record.

    `revision` changes with every write that the registry notices; `usage` names who uses the
    record, None where the registry cannot tell. `seal` is the digest of a record of which only a
    part is at hand, since it was read from a saved plan.
    """

    ref: str
    idp: IdentityProvider
    mark: Mark | None = None
    revision: str = ""
    usage: tuple[str, ...] | None = None
    seal: str | None = None

    def digest(self) -> str:
        """Return the SHA-256 over all that a plan relies on: identity, values and ownership."""
        if self.seal is not None:
            return self.seal
        mark = self.mark
        owned = None if mark is None else [mark.owner, mark.key, mark.name, dict(mark.applied), mark.replaces]
        protect = mark is not None and mark.protect
        return digest.sha256([self.ref, self.idp.as_dict(), owned, protect])


@value
class Remembered:
    """A record that an owner wrote and did not delete: it should be there."""

    ref: str
    key: str
    name: str


@value
class Snapshot:
    """All records of one organization, read at one moment.

    `gateway_issuer` is the issuer of the gateway's own tokens, where the registry reports it.
    `remembered` are the records that should be there by the registry's own log, the last written last;
    None where it keeps none, or nobody asked.
    """

    records: tuple[Record, ...] = ()
    gateway_issuer: str | None = None
    remembered: tuple[Remembered, ...] | None = None


@value
class Capabilities:
    """What a registry can do; the planner knows registries only by this.

    `immutable` fields force a replacement; `unique` fields cannot be held by two records;
    `coexist` says that two records with one issuer may exist side by side; `transactional` that
    an apply is seen all at once or not at all; `usage` that records tell who uses them.
    """

    immutable: frozenset[str] = frozenset({"name", "type"})
    unique: frozenset[str] = frozenset({"name"})
    transactional: bool = True
    coexist: bool = True
    usage: bool = False


@value
class Target:
    """The registry that a plan is for, as it is shown and fingerprinted."""

    owner: str
    driver: str
    location: str
    organization: str

    def __str__(self) -> str:
        return f"{self.owner} on {self.driver} {self.location} (organization {self.organization})"


def applied_digests(desired: Desired) -> dict[str, str]:
    """Return what a mark remembers once `desired` is written: field -> digest.

    Of the properties only those that the configuration writes are managed, and remembered.
    """
    idp = desired.idp
    digests = {path: digest.short(getattr(idp, path)) for path in FIELDS}
    for key in desired.declared.properties:
        digests[f"properties.{key}"] = digest.short(idp.properties.get(key))
    return digests
