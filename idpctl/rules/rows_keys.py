"""The rules on key sets: a health check, whose key ids are never part of a plan."""

from __future__ import annotations

from idpctl.errors import Severity
from idpctl.rules.base import Rule

KEY_RULES = (
    Rule(
        id="JWK-01",
        severity=Severity.ERROR,
        title="The answer is not a key set, or it is empty",
        hint="Correct the JWKS endpoint: it has to answer with an object that has a `keys` array.",
        source="RFC 7517 section 5",
    ),
    Rule(
        id="JWK-02",
        severity=Severity.ERROR,
        title="The key set publishes a private or symmetric key",
        hint="Everybody can sign tokens with it: have the key revoked, and register the provider afterwards.",
        source="RFC 7517 section 9.2; RFC 7518 sections 6.2.2, 6.3.2 and 6.4",
        suppressible=False,
    ),
    Rule(
        id="JWK-03",
        severity=Severity.ERROR,
        title="No key of the set can verify a signature",
        hint="The provider has to publish an RSA key of 2048 bits or more, or an EC or Ed25519 key.",
        source="RFC 7517 sections 4.2 and 5; RFC 7518 section 3.3; RFC 8037 section 3",
    ),
    Rule(
        id="JWK-04",
        severity=Severity.WARNING,
        title="An RSA key is shorter than 2048 bits",
        hint="Tokens that are signed with it should not be trusted: ask the provider for a longer key.",
        source="RFC 7518 section 3.3; NIST SP 800-131A",
    ),
    Rule(
        id="JWK-05",
        severity=Severity.WARNING,
        title="The set has no usable RSA key",
        hint="Make sure that the gateway verifies the algorithms that are left: many verify RS256 alone.",
        source="RFC 7518 section 3.1; WSO2 API Manager verifies RSA signatures",
    ),
    Rule(
        id="JWK-06",
        severity=Severity.WARNING,
        title="A key is not encoded as the standard says",
        hint="Some libraries refuse such a key; the operator of the provider can correct it.",
        source="RFC 7515 section 2; RFC 7518 sections 2 and 6.3.1.1",
    ),
    Rule(
        id="JWK-07",
        severity=Severity.WARNING,
        title="Keys cannot be told apart by `kid`",
        hint="With several keys each needs its own `kid`, or verifiers have to guess.",
        source="RFC 7517 section 4.5; OpenID Connect Core 1.0 section 10.1",
    ),
    Rule(
        id="JWK-08",
        severity=Severity.WARNING,
        title="A certificate does not hold the key that it stands beside",
        hint="Verifiers that read `x5c` use another key than those that read `n` and `e`.",
        source="RFC 7517 section 4.7",
    ),
    Rule(
        id="JWK-09",
        severity=Severity.WARNING,
        title="The key set could not be read",
        hint="Make sure that the gateway can read it; --strict makes this an error.",
        source="RFC 7517 section 5; RFC 8414 section 2 (`jwks_uri`)",
    ),
    Rule(
        id="JWK-10",
        severity=Severity.ERROR,
        title="The key set is absurdly large",
        hint="A key set has a few keys: at most 100 of them, and 256 KiB, are read.",
        source="idpctl: gateways hold key sets in memory",
    ),
    Rule(
        id="JWK-11",
        severity=Severity.WARNING,
        title="The key set takes longer than a second",
        hint="The gateway gives up after one second: the first tokens after a rotation would be refused.",
        source="WSO2 API Manager: JWKS read with a timeout of 1,000 ms",
    ),
)
