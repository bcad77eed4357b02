"""softphone.engine.redirection"""

from __future__ import annotations

import pytest

from softphone.domain.uri import UriInvalid
from softphone.engine.redirection import MAX_HOPS, Redirection, contact_targets, contact_values


def message(*contacts: str) -> str:
    lines = ["SIP/2.0 302 Moved", "Via: SIP/2.0/UDP h;branch=x", *contacts, "Content-Length: 0"]
    return "\r\n".join(lines) + "\r\n\r\nContact: <sip:body@h>\r\n"


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        ((), ()),
        (("Contact: <sip:a@h>",), ("sip:a@h",)),
        (("Contact: sip:a@h;q=0.5",), ("sip:a@h",)),
        (("m: <sip:a@h>;q=0.1, <sip:b@h>;q=0.9",), ("sip:b@h", "sip:a@h")),
        (("CONTACT: <sip:a@h>", "Contact: <sip:b@h>"), ("sip:a@h", "sip:b@h")),
        (("Contact: <sip:a@h>;q=0.2", "Contact: <sip:b@h>"), ("sip:b@h", "sip:a@h")),
        (('Contact: "A, <b>" <sip:a@h>;expires=3;q=0.7',), ("sip:a@h",)),
        (("Contact: <sip:a@h>,\r\n <sip:b@h>",), ("sip:a@h", "sip:b@h")),
        (("Contact: <sip:a@h>", "Contact: <sip:a@h>;q=0.1"), ("sip:a@h",)),
        (("Contact: <sip:a@h;transport=tcp>",), ("sip:a@h;transport=tcp",)),
        (("Contact: <tel:110>", "Contact: *", "Contact: <sip:>", "Contact: ;;;"), ()),
        (("Contact: <sip:a@h>;q=none", "Contact: <sip:b@h>;q=0.001"), ("sip:b@h", "sip:a@h")),
        (("Contact: <sip:a@h>;q=7", "Contact: <sip:b@h>;q=-1"), ("sip:a@h", "sip:b@h")),
    ],
)
def test_where_a_3xx_points(contacts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert contact_targets(message(*contacts)) == expected


def test_what_a_302_of_ours_says() -> None:
    assert contact_values(("sip:a@h", "sip:b@h")) == ["<sip:a@h>;q=1.000", "<sip:b@h>;q=0.900"]
    many = contact_values(tuple(f"sip:{number}@h" for number in range(30)))
    weights = [float(value.rpartition("=")[2]) for value in many]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights)) == 30
    assert min(weights) > 0
    assert contact_values(()) == []
    with pytest.raises(UriInvalid):
        contact_values(("sip:a@h", "b"))


def test_no_place_is_visited_twice() -> None:
    way = Redirection("sip:a@h")
    assert not way.add(("sip:a@h:5060", "sip:a@H;transport=udp"))
    assert way.add(("sip:b@h", "sip:a@h"))
    assert way.waiting == ("sip:b@h",)
    assert (way.take(), way.current, way.waiting) == ("sip:b@h", "sip:b@h", ())
    assert not way.add(("sip:b@h",))


def test_new_targets_come_before_those_that_wait() -> None:
    way = Redirection("sip:a@h")
    way.add(("sip:b@h", "sip:c@h"))
    way.take()
    assert way.add(("sip:d@h", "sip:c@h"))
    assert way.waiting == ("sip:d@h", "sip:c@h")


def test_five_hops_are_enough() -> None:
    way = Redirection("sip:0@h")
    for hop in range(1, MAX_HOPS + 1):
        assert not way.is_exhausted
        way.add((f"sip:{hop}@h",))
        way.take()
    assert way.is_exhausted
