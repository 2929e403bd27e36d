"""Any plan and any report of drift, for properties: every member drawn, any character in every text."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import strategies as st

from idpctl import digest
from idpctl.asked import Discovery, Inputs, Options
from idpctl.drift.model import (
    ABSENT,
    FAILING,
    Acceptance,
    DriftClass,
    DriftReport,
    Finding,
    Knowledge,
    Memory,
    ProviderState,
    Run,
    Side,
    Since,
    State,
    Stranger,
    held,
)
from idpctl.drift.model import Reason as DriftReason
from idpctl.errors import Problem, RegistryError, Severity, Source
from idpctl.model import (
    FIELDS,
    Capabilities,
    Declared,
    Desired,
    IdentityProvider,
    Lifecycle,
    Mark,
    Origin,
    Provenance,
    Record,
    ReplaceOrder,
    Target,
)
from idpctl.plan import Action, Cause, Change, FieldChange, Gate, GateKind, Plan, Reason, Step, Verb

# Lone surrogates too: JSON from a registry may hold them.
texts = st.text(st.characters(exclude_categories=()), max_size=12)
maybe_text = st.none() | texts
names = st.frozensets(texts, max_size=2)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**60), 10**60) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
sources = st.none() | st.builds(Source, file=texts, line=st.integers(1, 10**6), column=st.integers(1, 4095))
providers = st.builds(
    IdentityProvider,
    **{path: texts for path in FIELDS if path != "enabled"},
    enabled=st.booleans(),
    properties=st.dictionaries(texts, values, max_size=2),
)
marks = st.builds(
    Mark,
    owner=texts,
    key=texts,
    name=texts,
    applied=st.dictionaries(texts, texts, max_size=2),
    op=texts,
    replaces=maybe_text,
    protect=st.booleans(),
)
records = st.builds(
    Record,
    ref=texts,
    idp=providers,
    mark=st.none() | marks,
    revision=texts,
    usage=st.none() | st.lists(texts, max_size=2).map(tuple),
)
origins = st.sampled_from(Origin)
provenances = st.builds(Provenance, issuer=origins, token_endpoint=origins, jwks_endpoint=origins)
lifecycles = st.builds(
    Lifecycle, protect=st.booleans(), ignore_changes=names, replace=st.sampled_from(ReplaceOrder)
)
field_changes = st.builds(
    FieldChange,
    path=texts,
    before=values,
    after=values,
    origin=origins,
    cause=st.sampled_from(Cause),
    immutable=st.booleans(),
    trust=st.booleans(),
)
steps = st.builds(Step, verb=st.sampled_from(Verb), name=texts, ref=maybe_text)


@st.composite
def changes(draw: st.DrawFn) -> Change:
    key = draw(texts)
    idp, provenance = draw(providers), draw(provenances)
    written = {path: getattr(idp, path) for path in FIELDS}
    for path in ("issuer", "token_endpoint", "jwks_endpoint"):
        if provenance.of(path) is not Origin.CONFIG:
            written[path] = None
    managed = draw(st.sets(st.sampled_from(sorted(idp.properties)))) if idp.properties else set()
    declared = Declared(
        key=key,
        **written,
        properties={name: idp.properties[name] for name in managed},
        lifecycle=draw(lifecycles),
    )
    desired = Desired(declared=declared, idp=idp, provenance=provenance)
    return Change(
        address=key,
        action=draw(st.sampled_from([action for action in Action if action is not Action.NO_OP])),
        reason=draw(st.sampled_from(Reason)),
        before=draw(st.none() | records),
        desired=draw(st.sampled_from([None, desired])),
        fields=draw(st.lists(field_changes, max_size=2).map(tuple)),
        steps=draw(st.lists(steps, max_size=2).map(tuple)),
        order=draw(st.none() | st.sampled_from(ReplaceOrder)),
        gap=draw(st.booleans()),
        linked=draw(st.booleans()),
        protected=draw(st.booleans()),
        previous_address=draw(maybe_text),
        source=draw(sources),
    )


plans = st.builds(
    Plan,
    target=st.builds(Target, owner=texts, driver=texts, location=texts, organization=texts),
    capabilities=st.builds(
        Capabilities,
        immutable=names,
        unique=names,
        transactional=st.booleans(),
        coexist=st.booleans(),
        usage=st.booleans(),
    ),
    options=st.builds(
        Options,
        allow_replace=names,
        allow_destroy=names,
        allow_trust_change=names,
        allow_gap=names,
        max_deletes=st.none() | st.integers(0, 99),
        max_delete_percent=st.integers(0, 100),
        only=st.lists(texts, max_size=2).map(tuple),
        adopt=names,
        destroy=st.booleans(),
        discovery=st.sampled_from(Discovery),
        strict=st.booleans(),
    ),
    changes=st.lists(changes(), max_size=3).map(tuple),
    unchanged=st.lists(texts, max_size=2).map(tuple),
    gates=st.lists(
        st.builds(
            Gate,
            kind=st.sampled_from(GateKind),
            address=maybe_text,
            flag=texts,
            message=texts,
            allowed=st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    problems=st.lists(
        st.builds(
            Problem,
            rule=texts,
            severity=st.sampled_from(Severity),
            message=texts,
            hint=maybe_text,
            source=sources,
            address=maybe_text,
            path=maybe_text,
            suppressed=maybe_text,
        ),
        max_size=2,
    ).map(tuple),
    unmanaged=st.lists(texts, max_size=2).map(tuple),
    foreign=st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
    records=st.integers(0, 10**6),
    owned=st.integers(0, 10**6),
    declared=st.integers(0, 10**6),
    inputs=st.builds(
        Inputs,
        config_sha256=texts,
        files=st.dictionaries(texts, texts, max_size=2),
        layers=st.lists(texts, max_size=2).map(tuple),
    ),
    created=texts,
)

times = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - all times of a report are UTC
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
).map(lambda one: one.strftime("%Y-%m-%dT%H:%M:%SZ"))
days = st.dates(min_value=date(2000, 1, 1)).map(date.isoformat)
sides = st.one_of(
    st.just(ABSENT),
    values.map(held),
    st.builds(Side, knowledge=st.just(Knowledge.UNKNOWN), digest=st.sampled_from(["", "1a2b3c4d"])),
)
sha256s = values.map(digest.sha256)
acceptances = st.builds(
    Acceptance, key=texts, path=maybe_text, value_sha256=sha256s, until=days, reason=texts, source=sources
)
drift_findings = st.builds(
    Finding,
    kind=st.sampled_from(DriftClass),
    reason=st.sampled_from(DriftReason),
    name=texts,
    key=maybe_text,
    path=maybe_text,
    applied=sides,
    live=sides,
    wanted=sides,
    served=sides,
    origin=st.none() | st.sampled_from(Origin),
    trust=st.booleans(),
    source=sources,
    detail=texts,
    first_seen=times,
    carried=st.booleans(),
    counts=st.booleans(),
    acceptance=st.none() | acceptances,
    lapsed=texts,
)
targets = st.builds(Target, owner=texts, driver=texts, location=texts, organization=texts)
provider_states = st.builds(
    ProviderState,
    key=texts,
    name=texts,
    state=st.sampled_from(State),
    refs=st.lists(texts, max_size=2).map(tuple),
)
strangers = st.builds(Stranger, ref=texts, name=texts, owner=maybe_text)
fingerprints = sha256s.map("sha256:{}".format)
lasts = st.builds(
    Since,
    target=st.none() | targets,
    started=times,
    fingerprint=fingerprints,
    notified=st.none() | fingerprints,
    last_success=st.none() | times,
)


@st.composite
def reports(draw: st.DrawFn) -> DriftReport:
    run = draw(st.sampled_from(Run))
    ended = run in {Run.SKIPPED, Run.FAILED}
    return DriftReport(
        target=draw(st.none() | targets),
        run=run,
        findings=draw(st.lists(drift_findings, max_size=3).map(tuple)),
        providers=draw(st.lists(provider_states, max_size=2).map(tuple)),
        strangers=draw(st.lists(strangers, max_size=2).map(tuple)),
        unused=draw(st.lists(acceptances, max_size=1).map(tuple)),
        fail_on=draw(st.frozensets(st.sampled_from(sorted(FAILING)))),
        memory=draw(st.sampled_from(Memory)),
        complete=draw(st.booleans()),
        since=draw(st.none() | lasts),
        error=RegistryError(draw(texts), hint=draw(maybe_text)) if ended else None,
        started=draw(times),
        milliseconds=draw(st.integers(0, 10**7)),
        last_success=draw(st.none() | times),
        notified=draw(st.none() | fingerprints),
    )
