"""Registries to test with: one of plain values, and a wrapper that breaks any other at a given call."""

from __future__ import annotations

import pickle
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from idpctl.errors import LockedError, RegistryError
from idpctl.model import Capabilities, Record, Snapshot
from idpctl.registry.base import Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from idpctl.model import IdentityProvider, Mark
    from idpctl.registry.base import Registry, Writer


def operation(op: str = "op-1", *, owner: str = "acme/prod", lock_timeout: float = 0.0) -> Operation:
    return Operation(id=op, owner=owner, fingerprint="sha256:0", summary="a test", lock_timeout=lock_timeout)


@dataclass(kw_only=True)
class Row:
    """One record as it is kept: the mark counts only where `bound` is the row's own ref."""

    idp: IdentityProvider
    mark: Mark | None = None
    bound: str = ""
    revision: int = 1


@dataclass
class State:
    """All that a registry remembers; `log` holds (op, verb, name) of every write, in order."""

    rows: dict[str, Row] = field(default_factory=dict)
    log: list[tuple[str, str, str]] = field(default_factory=list)


class MemoryRegistry:
    """Holds values; with a `file` they outlive the process, saved after each write."""

    driver = "memory"
    location = "here"
    organization = "acme"

    def __init__(self, *, transactional: bool = False, file: Path | None = None) -> None:
        self.capabilities = Capabilities(transactional=transactional)
        self._file = file
        self._state = State()
        self._locked = False

    def state(self) -> State:
        if self._file is not None and self._file.exists():
            self._state = pickle.loads(self._file.read_bytes())  # noqa: S301 - the test's own file
        return self._state

    def save(self, state: State) -> None:
        self._state = state
        if self._file is not None:
            draft = self._file.with_suffix(".new")
            draft.write_bytes(pickle.dumps(state))
            draft.rename(self._file)

    def read(self) -> Snapshot:
        return snapshot_of(self.state())

    @contextmanager
    def writer(self, operation: Operation) -> Iterator[MemoryWriter]:
        if self._locked:
            raise LockedError("the registry is locked by this very process")
        self._locked = True
        try:
            transactional = self.capabilities.transactional
            state = pickle.loads(pickle.dumps(self.state()))  # noqa: S301 - a deep copy of our own values
            writer = MemoryWriter(state, operation, _nothing if transactional else self.save)
            yield writer
            self.save(state)
        finally:
            self._locked = False


def _nothing(_: State) -> None:
    """Keep the write for the commit."""


def snapshot_of(state: State) -> Snapshot:
    return Snapshot(records=tuple(_record(ref, row) for ref, row in state.rows.items()))


def _record(ref: str, row: Row) -> Record:
    mark = row.mark if row.bound == ref else None
    return Record(ref=ref, idp=row.idp, mark=mark, revision=str(row.revision))


class MemoryWriter:
    """Refuses what is not as it was seen, as every writer has to."""

    def __init__(self, state: State, operation: Operation, save: Callable[[State], None]) -> None:
        self._state = state
        self._operation = operation
        self._save = save

    def read(self) -> Snapshot:
        return snapshot_of(self._state)

    def create(self, idp: IdentityProvider, mark: Mark) -> Record:
        if any(row.idp.name == idp.name for row in self._state.rows.values()):
            raise RegistryError(f"a record named {idp.name} exists already")
        ref = str(uuid4())
        self._state.rows[ref] = Row(idp=idp, mark=mark, bound=ref)
        return self._written("create", ref)

    def update(self, record: Record, idp: IdentityProvider, mark: Mark) -> Record:
        row = self._as_seen(record)
        if idp.name != row.idp.name:
            raise RegistryError("the name cannot be modified once created")
        self._state.rows[record.ref] = Row(idp=idp, mark=mark, bound=record.ref, revision=row.revision + 1)
        return self._written("update", record.ref)

    def delete(self, record: Record) -> None:
        self._as_seen(record)
        self._written("delete", record.ref)
        del self._state.rows[record.ref]
        self._save(self._state)

    def _as_seen(self, record: Record) -> Row:
        row = self._state.rows.get(record.ref)
        if row is None or _record(record.ref, row) != record:
            raise LockedError(f"record {record.idp.name} was modified meanwhile")
        return row

    def _written(self, verb: str, ref: str) -> Record:
        row = self._state.rows[ref]
        self._state.log.append((self._operation.id, verb, row.idp.name))
        if verb != "delete":
            self._save(self._state)
        return _record(ref, row)


@dataclass(kw_only=True)
class Fault:
    """Runs `action` before or after the call with number `at` (from 1); `fired` says whether it did."""

    at: int = 0
    moment: str = "before"
    action: Callable[[], Any] = lambda: None
    calls: list[str] = field(default_factory=list)
    fired: bool = False

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        self.calls.append(name)
        number = len(self.calls)
        self._meet(number, "before")
        yield
        self._meet(number, "after")

    def _meet(self, number: int, moment: str) -> None:
        if number == self.at and moment == self.moment:
            self.fired = True
            self.action()


class FaultRegistry:
    """Wraps a registry; counts the calls `open read create update delete close`, and breaks one of them."""

    def __init__(self, inner: Registry, fault: Fault) -> None:
        self.inner = inner
        self.fault = fault
        self.capabilities = inner.capabilities
        self.driver, self.location, self.organization = inner.driver, inner.location, inner.organization

    def read(self) -> Snapshot:
        with self.fault.around("read"):
            return self.inner.read()

    @contextmanager
    def writer(self, operation: Operation) -> Iterator[Writer]:
        manager: AbstractContextManager[Writer] = self.inner.writer(operation)
        with self.fault.around("open"):
            writer = manager.__enter__()
        try:
            yield _FaultWriter(writer, self.fault)
            self.fault.calls.append("close")
            self.fault._meet(len(self.fault.calls), "before")
        except BaseException as error:
            if not manager.__exit__(type(error), error, error.__traceback__):
                raise
        else:
            manager.__exit__(None, None, None)
            self.fault._meet(len(self.fault.calls), "after")


class _FaultWriter:
    def __init__(self, inner: Writer, fault: Fault) -> None:
        self._inner = inner
        self._fault = fault

    def read(self) -> Snapshot:
        with self._fault.around("read"):
            return self._inner.read()

    def create(self, idp: IdentityProvider, mark: Mark) -> Record:
        with self._fault.around("create"):
            return self._inner.create(idp, mark)

    def update(self, record: Record, idp: IdentityProvider, mark: Mark) -> Record:
        with self._fault.around("update"):
            return self._inner.update(record, idp, mark)

    def delete(self, record: Record) -> None:
        with self._fault.around("delete"):
            self._inner.delete(record)


@dataclass
class MemoryHands:
    """Edits a MemoryRegistry behind the back of every writer."""

    registry: MemoryRegistry

    def edit(self, name: str, **fields: Any) -> None:
        with self._row(name) as row:
            row.idp = replace(row.idp, **fields)

    def insert(self, idp: IdentityProvider) -> None:
        state = self.registry.state()
        state.rows[str(uuid4())] = Row(idp=idp)
        self.registry.save(state)

    def remove(self, name: str) -> None:
        state = self.registry.state()
        del state.rows[next(ref for ref, row in state.rows.items() if row.idp.name == name)]
        self.registry.save(state)

    def strip_mark(self, name: str) -> None:
        with self._row(name) as row:
            row.mark = None

    def copy_mark(self, name: str, to: str) -> None:
        with self._row(name) as source, self._row(to) as row:
            row.mark, row.bound = source.mark, source.bound

    @contextmanager
    def _row(self, name: str) -> Iterator[Row]:
        state = self.registry.state()
        row = next(row for row in state.rows.values() if row.idp.name == name)
        yield row
        row.revision += 1
        self.registry.save(state)
