"""Which addresses are refused: tables, and what must hold for every address."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idpctl.errors import InvalidInputError
from idpctl.http.addresses import ALLOWABLE, Kind, embedded, judge, parse, parse_networks

EVERYTHING = parse_networks(["0.0.0.0/0", "::/0"])

NEVER = [
    ("169.254.169.254", Kind.METADATA),
    ("168.63.129.16", Kind.METADATA),
    ("100.100.100.200", Kind.METADATA),
    ("192.0.0.192", Kind.METADATA),
    ("fd00:ec2::254", Kind.METADATA),
    ("fd20:ce::254", Kind.METADATA),
    ("169.254.0.1", Kind.LINK_LOCAL),
    ("169.254.170.2", Kind.LINK_LOCAL),  # credentials of ECS tasks
    ("fe80::1", Kind.LINK_LOCAL),
    ("fe80::1%eth0", Kind.LINK_LOCAL),
    ("febf::1", Kind.LINK_LOCAL),
    ("fec0::1", Kind.LINK_LOCAL),
    ("0.0.0.0", Kind.UNSPECIFIED),  # noqa: S104 - judged, not bound
    ("0.1.2.3", Kind.UNSPECIFIED),
    ("::", Kind.UNSPECIFIED),
    ("224.0.0.1", Kind.MULTICAST),
    ("239.255.255.250", Kind.MULTICAST),
    ("ff02::1", Kind.MULTICAST),
    ("240.0.0.1", Kind.RESERVED),
    ("255.255.255.255", Kind.BROADCAST),
    ("100::1", Kind.RESERVED),  # the discard prefix
    ("4000::1", Kind.RESERVED),
    ("::ffff:169.254.169.254", Kind.METADATA),  # mapped
    ("::169.254.169.254", Kind.METADATA),  # compatible
    ("::ffff:0:169.254.169.254", Kind.METADATA),  # translated
    ("64:ff9b::a9fe:a9fe", Kind.METADATA),  # NAT64
    ("2002:a9fe:a9fe::", Kind.METADATA),  # 6to4
    ("2002:a9fe:a9fe::1", Kind.METADATA),
    ("2001:0:a9fe:a9fe::1", Kind.METADATA),  # Teredo, the server
    ("2001:0:808:808::5601:5601", Kind.METADATA),  # Teredo, the client
    ("::ffff:0.0.0.0", Kind.UNSPECIFIED),
    ("::ffff:255.255.255.255", Kind.BROADCAST),
    ("::ffff:168.63.129.16", Kind.METADATA),
    ("64:ff9b:1::a9fe:a9fe", Kind.METADATA),  # a translator of one's own: /96
    ("64:ff9b:1:a9fe:a9:fe00::", Kind.METADATA),  # /48
    ("64:ff9b:1:00a9:fe:a9fe::", Kind.METADATA),  # /56
    ("64:ff9b:1:0:a9:fea9:fe00:0", Kind.METADATA),  # /64
    ("64:ff9b:1::a9fe:1", Kind.LINK_LOCAL),
]

ALLOWED_ONLY = [
    ("127.0.0.1", Kind.LOOPBACK),
    ("127.255.255.254", Kind.LOOPBACK),
    ("::1", Kind.LOOPBACK),
    ("10.0.0.1", Kind.PRIVATE),
    ("172.16.0.1", Kind.PRIVATE),
    ("172.31.255.255", Kind.PRIVATE),
    ("192.168.1.1", Kind.PRIVATE),
    ("100.64.0.1", Kind.PRIVATE),
    ("100.127.255.255", Kind.PRIVATE),
    ("fc00::1", Kind.PRIVATE),
    ("fd12:3456::1", Kind.PRIVATE),
    ("64:ff9b:1::a00:1", Kind.PRIVATE),
    ("192.0.0.8", Kind.SPECIAL),
    ("192.0.2.1", Kind.SPECIAL),
    ("198.51.100.1", Kind.SPECIAL),
    ("203.0.113.1", Kind.SPECIAL),
    ("192.88.99.1", Kind.SPECIAL),
    ("198.18.0.1", Kind.SPECIAL),
    ("198.19.255.255", Kind.SPECIAL),
    ("2001:db8::1", Kind.SPECIAL),
    ("2001:2::1", Kind.SPECIAL),
    ("2001:20::1", Kind.SPECIAL),
    ("3fff::1", Kind.SPECIAL),
    ("::127.0.0.1", Kind.LOOPBACK),
    ("::ffff:127.0.0.1", Kind.LOOPBACK),
    ("::ffff:10.0.0.1", Kind.PRIVATE),
    ("2002:7f00:1::", Kind.LOOPBACK),
    ("64:ff9b::10.0.0.1", Kind.PRIVATE),
    ("2001:0:808:808::f5ff:fffe", Kind.PRIVATE),  # Teredo, the client 10.0.0.1
]

PUBLIC = [
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.0",
    "223.255.255.255",
    "168.63.129.17",
    "2606:4700::1",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize(("text", "kind"), NEVER)
@pytest.mark.parametrize("allowed", [(), EVERYTHING], ids=["by default", "with everything allowed"])
def test_some_addresses_are_never_contacted(text: str, kind: Kind, allowed: tuple) -> None:
    refused = judge(ip_address(text), allowed, loopback=True)
    assert refused == kind
    assert refused not in ALLOWABLE


@pytest.mark.parametrize(("text", "kind"), ALLOWED_ONLY)
def test_private_addresses_have_to_be_allowed(text: str, kind: Kind) -> None:
    address = ip_address(text)
    assert judge(address) == kind
    assert judge(address, parse_networks(["10.255.0.0/16", "fd99::/16"])) == kind
    assert judge(address, EVERYTHING) is None


@pytest.mark.parametrize("text", PUBLIC)
def test_public_addresses_may_be_contacted(text: str) -> None:
    assert judge(ip_address(text)) is None


@pytest.mark.parametrize(
    ("text", "allowed", "kind"),
    [
        ("10.1.2.3", "10.0.0.0/8", None),
        ("10.1.2.3", "10.1.2.3/32", None),
        ("10.1.2.3", "10.1.2.4", Kind.PRIVATE),
        ("::ffff:10.1.2.3", "10.0.0.0/8", None),
        ("127.0.0.1", "10.0.0.0/8", Kind.LOOPBACK),
        ("fd12::1", "fd12::/16", None),
        ("fd13::1", "fd12::/16", Kind.PRIVATE),
        ("fd00:ec2::254", "fd00::/8", Kind.METADATA),
        ("100.100.100.200", "100.64.0.0/10", Kind.METADATA),
        ("64:ff9b:1::a00:1", "64:ff9b:1::/48", None),
    ],
)
def test_an_allowed_network_covers_its_own_addresses_alone(
    text: str, allowed: str, kind: Kind | None
) -> None:
    assert judge(ip_address(text), parse_networks([allowed])) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [("127.0.0.1", None), ("::1", None), ("::ffff:127.0.0.1", None), ("10.0.0.1", Kind.PRIVATE)],
)
def test_loopback_may_be_admitted_by_itself(text: str, kind: Kind | None) -> None:
    assert judge(ip_address(text), loopback=True) == kind


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/33", "example.com", "", "10.0.0.0/8/8", "\x1b[31m"])
def test_what_is_no_network_is_refused_with_a_hint(text: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a network") as caught:
        parse_networks([text])
    assert "CIDR" in str(caught.value.hint)
    assert caught.value.message.isprintable()


@pytest.mark.parametrize(
    "text", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost", "1.2.3.4.5", ""]
)
def test_only_standard_forms_are_addresses(text: str) -> None:
    assert parse(text) is None


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_an_ipv4_address_in_ipv6_clothes_is_judged_as_itself(inner: IPv4Address) -> None:
    number = int(inner)
    clothes = [
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x64FF9B << 96 | number),
        IPv6Address(0x2002 << 112 | number << 80 | 1),
        IPv6Address(0x20010000 << 96 | 0x08080808 << 64 | (number ^ 0xFFFFFFFF)),
    ]
    for address in clothes:
        assert inner in embedded(address)
        assert judge(address) == judge(inner)
        assert judge(address, EVERYTHING) == judge(inner, EVERYTHING)


@given(st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_allowing_more_never_refuses_more(address: IPv4Address | IPv6Address) -> None:
    if judge(address) is None:
        assert judge(address, EVERYTHING) is None
    elif judge(address, EVERYTHING) is not None:
        assert judge(address) not in ALLOWABLE or embedded(address)
    if isinstance(address, IPv4Address) and not address.is_global and not address.is_multicast:
        assert judge(address) is not None
