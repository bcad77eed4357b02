"""Dialogs: tags, routes, targets, order."""

from __future__ import annotations

from softphone.sip.dialog import ClientDialog, ServerDialog
from softphone.sip.header import NameAddr
from softphone.sip.message import Headers, SipRequest, SipResponse, response_to

CONTACT = "sip:1000@192.0.2.9:5070"


def dialog() -> ClientDialog:
    return ClientDialog(NameAddr("sip:1000@pbx", "山田"), "sip:1001@pbx")


def accept(request: SipRequest) -> SipResponse:
    headers = [
        ("Record-Route", "<sip:near;lr>"),
        ("Record-Route", "<sip:far;lr>"),
        ("Contact", "<sip:presence@192.0.2.1>"),
    ]
    return response_to(request, 200, to_tag="server", headers=headers)


def notify(begun: ClientDialog, number: int, *, from_tag: str = "server", to_tag: str = "") -> SipRequest:
    headers = [
        ("Record-Route", "<sip:near;lr>"),
        ("From", f"<sip:1001@pbx>;tag={from_tag}"),
        ("To", f"<sip:1000@pbx>;tag={to_tag or begun.local_tag}"),
        ("Call-ID", begun.sip_call_id),
        ("CSeq", f"{number} NOTIFY"),
        ("Contact", "<sip:notifier@192.0.2.2>"),
    ]
    return SipRequest("NOTIFY", CONTACT, Headers(headers))


def test_the_first_request_begins_and_the_next_is_inside() -> None:
    begun = dialog()
    first = begun.request("SUBSCRIBE", contact=CONTACT, headers=(("Event", "dialog"),))
    assert (first.uri, first.cseq.number, first.to.tag) == ("sip:1001@pbx", 1, "")
    assert first.from_.display_name == "山田"
    assert first.headers.get("Contact") == f"<{CONTACT}>"
    begun.take_response(accept(first))
    second = begun.request("SUBSCRIBE", contact=CONTACT)
    assert (second.uri, second.cseq.number, second.to.tag) == ("sip:presence@192.0.2.1", 2, "server")
    assert second.headers.get_all("Route") == ["<sip:far;lr>", "<sip:near;lr>"]
    assert (second.call_id, second.from_.tag) == (first.call_id, first.from_.tag)


def test_a_notify_may_make_the_dialog_before_the_response() -> None:
    begun = dialog()
    first = begun.request("SUBSCRIBE", contact=CONTACT)
    early = notify(begun, 7)
    assert begun.accepts(early)
    assert begun.take_request(early)
    assert begun.is_established
    begun.take_response(accept(first))
    second = begun.request("SUBSCRIBE", contact=CONTACT)
    assert second.headers.get_all("Route") == ["<sip:near;lr>"]


def test_what_is_out_of_order_or_of_another_dialog_is_seen() -> None:
    begun = dialog()
    assert begun.take_request(notify(begun, 7))
    assert begun.take_request(notify(begun, 9))
    assert not begun.take_request(notify(begun, 8))
    assert not begun.take_request(notify(begun, 9))
    assert not begun.accepts(notify(begun, 10, from_tag="other"))
    assert not begun.accepts(notify(begun, 10, to_tag="other"))
    assert not begun.accepts(notify(dialog(), 10))


def test_the_called_side_sends_back_the_way_the_first_request_came() -> None:
    headers = [
        ("Record-Route", "<sip:near;lr>"),
        ("Record-Route", "<sip:far;lr>"),
        ("From", '"山田" <sip:1000@pbx>;tag=caller'),
        ("To", "<sip:1001@pbx>"),
        ("Call-ID", "a"),
        ("CSeq", "7 INVITE"),
        ("Contact", "<sip:phone@192.0.2.3>"),
    ]
    called = ServerDialog(SipRequest("INVITE", "sip:1001@pbx", Headers(headers)))
    bye = called.request("BYE")
    assert (bye.uri, bye.cseq.number, bye.call_id) == ("sip:phone@192.0.2.3", 1, "a")
    assert (bye.from_.uri, bye.from_.tag) == ("sip:1001@pbx", called.local_tag)
    assert (str(bye.to), bye.to.tag) == ('"山田" <sip:1000@pbx>;tag=caller', "caller")
    assert bye.headers.get_all("Route") == ["<sip:near;lr>", "<sip:far;lr>"]
    assert "Contact" not in bye.headers


def test_an_old_request_to_the_called_side_is_out_of_order() -> None:
    headers = [("From", "<sip:1000@pbx>;tag=caller"), ("To", "<sip:1001@pbx>"), ("CSeq", "7 INVITE")]
    invite = SipRequest("INVITE", "sip:1001@pbx", Headers(headers))
    called = ServerDialog(invite)
    assert called.remote_target == "sip:1000@pbx"  # no Contact
    assert not called.is_in_order(invite)
    invite.headers.set("CSeq", "8 INVITE")
    assert called.is_in_order(invite)
