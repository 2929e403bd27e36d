"""Rows of the table into records and back: fast for rows as they should be, with reasons for others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from idpctl.digest import canonical
from idpctl.errors import RegistryError
from idpctl.model import FIELDS, NO_PROPERTIES, IdentityProvider, Mark, Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from idpctl.model import Json

Row = tuple[Any, ...]
Share = Callable[[str, str], str]  # returns an equal text that is known already, else its second argument

COLUMNS = (
    "ref",
    *FIELDS,
    "properties",
    "revision",
    "mark_ref",
    "mark_owner",
    "mark_key",
    "mark_name",
    "mark_applied",
    "mark_op",
    "mark_replaces",
    "mark_protect",
)
VALUES = COLUMNS.index("mark_ref")  # so many columns come before those of the mark

_TEXT, _NOTHING = str, type(None)
TYPES = (_TEXT,) * 9 + (int, _TEXT, int) + (_TEXT,) * 6 + (_TEXT, int)
# What the columns of a row with a whole mark hold: with and without `mark_replaces`.
_WHOLE = frozenset({TYPES, (*TYPES[:-2], _NOTHING, int)})
FLAGS = {0: False, 1: True}


def build(rows: Iterable[Row]) -> tuple[Record, ...]:
    """Return a record for each row; raise ValueError or KeyError for a row that cannot be one.

    Texts that many records have in common are kept once.
    """
    common: Any = {}
    share: Share = common.setdefault
    return tuple([_record(row, share) for row in rows])


def _record(row: Row, share: Share) -> Record:
    marked = tuple(map(type, row)) in _WHOLE
    if not marked:
        marked = check(row)
    (
        ref,
        name,
        kind,
        description,
        audience,
        well_known_url,
        issuer,
        token_endpoint,
        jwks_endpoint,
        enabled,
        properties,
        revision,
    ) = row[:VALUES]
    idp = IdentityProvider(
        name=name,
        type=share(kind, kind),
        description=description,
        allowed_token_audience=share(audience, audience),
        well_known_url=well_known_url,
        issuer=issuer,
        token_endpoint=token_endpoint,
        jwks_endpoint=jwks_endpoint,
        enabled=FLAGS[enabled],
        properties=NO_PROPERTIES if properties == "{}" else read_object(properties),
    )
    # A mark that was copied from another row says nothing about this one.
    mark = _mark(row, share) if marked and row[VALUES] == ref else None
    return Record(ref=ref, idp=idp, mark=mark, revision=str(revision))


def _mark(row: Row, share: Share) -> Mark:
    _, owner, key, name, applied, op, replaces, protect = row[VALUES:]
    return Mark(
        owner=share(owner, owner),
        key=key,
        name=row[1] if name == row[1] else name,
        applied=unpack(applied, share),
        op=share(op, op),
        replaces=replaces,
        protect=FLAGS[protect],
    )


def check(row: Row) -> bool:
    """Say whether a row of unusual types has a mark; raise ValueError where a value is of a wrong type.

    A row without `mark_owner`, or with the `mark_ref` of another row, has lost its mark.
    """
    marked = row[VALUES] == row[0] and row[VALUES + 1] is not None
    many = len(COLUMNS) if marked else VALUES
    for column, wanted, value in zip(COLUMNS[:many], TYPES, row, strict=False):
        if type(value) is not wanted and not (column == "mark_replaces" and value is None):
            raise ValueError(f"{column} holds {_named(value)}, not {'text' if wanted is str else 'a number'}")
    return marked


def _named(value: object) -> str:
    names = {_NOTHING: "NULL", str: "text", bytes: "binary data", float: "a fraction"}
    return names.get(type(value), "a number")


def unpack(text: str, share: Share) -> dict[str, str]:
    """Return the digests by field that `pack` wrote; raise ValueError for another form."""
    words = text.split(" ", len(FIELDS))
    if len(words) < len(FIELDS):
        raise ValueError("not a digest for each field")
    name, kind, description, audience, url, issuer, token, jwks, enabled, *more = words
    applied = {
        "name": name,
        "type": share(kind, kind),
        "description": share(description, description),
        "allowed_token_audience": share(audience, audience),
        "well_known_url": url,
        "issuer": issuer,
        "token_endpoint": token,
        "jwks_endpoint": jwks,
        "enabled": share(enabled, enabled),
    }
    if "-" in text:
        applied = {path: known for path, known in applied.items() if known != "-"}
    if more:
        applied.update(_text_only(read_object(more[0])))
    return applied


def _text_only(values: dict[str, Json]) -> dict[str, str]:
    if not all(isinstance(value, str) for value in values.values()):
        raise ValueError("a digest is not text")
    return values


def pack(applied: Mapping[str, str]) -> str:
    """Return the digests of the fields in their order, and those of managed properties as JSON."""
    known = " ".join([applied.get(path, "-") for path in FIELDS])
    more = {path: value for path, value in applied.items() if path not in FIELDS}
    return f"{known} {write_object(more)}" if more else known


def parameters(organization: str, ref: str, idp: IdentityProvider, mark: Mark) -> dict[str, Json]:
    """Return a value for each column but `revision`, and the organization."""
    return {
        "organization": organization,
        "ref": ref,
        **{path: getattr(idp, path) for path in FIELDS},
        "properties": write_object(idp.properties),
        "mark_ref": ref,
        "mark_owner": mark.owner,
        "mark_key": mark.key,
        "mark_name": mark.name,
        "mark_applied": pack(mark.applied),
        "mark_op": mark.op,
        "mark_replaces": mark.replaces,
        "mark_protect": mark.protect,
    }


def write_object(values: Mapping[str, Json]) -> str:
    """Return `values` as the JSON that is stored; raise RegistryError for what JSON cannot hold."""
    if not values:
        return "{}"
    try:
        return canonical(dict(values)).decode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise RegistryError(f"properties cannot be stored as JSON: {error}") from error


def read_object(text: str) -> dict[str, Json]:
    """Read a JSON object strictly; raise ValueError for duplicate members, NaN and other values."""
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for all that a row can hold
    return value


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    return members


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_constant=_refuse)
