"""The ladder reads every peer's log."""

from tests.helpers import ladder

KAMAILIO_LOG = """\
 2(17) ALERT: <script>: LADDER|1795434898.841240|udp|127.0.0.1:5070|INVITE sip:1001@127.0.0.1|c1|1
 2(17) ALERT: <script>: LADDER|1795434898.841505|none|*|407 Proxy Authentication Required|c1|1 INVITE
"""
PJSIP_LOG = """\
12:00:01.123 pjsua_core.c  .TX 514 bytes Request msg REGISTER/cseq=7 (tdta0x1) to UDP 127.0.0.1:5060:
REGISTER sip:127.0.0.1:5060 SIP/2.0
12:00:01.456 pjsua_core.c  .RX 409 bytes Response msg 401/REGISTER/cseq=7 (rdata0x2) from UDP 127.0.0.1:5060:
"""


def test_kamailio_s_own_answer_goes_back_to_who_asked() -> None:
    asked, answered = ladder.kamailio_arrows(KAMAILIO_LOG, "127.0.0.1:5060")

    assert (asked.source, asked.target) == ("127.0.0.1:5070", "127.0.0.1:5060")
    assert (answered.source, answered.target) == ("127.0.0.1:5060", "127.0.0.1:5070")
    assert answered.message.startswith("407")


def test_pjsip_s_log_has_both_ways() -> None:
    sent, received = ladder.pjsip_arrows(PJSIP_LOG, "phone")

    assert (sent.at, sent.source, sent.message) == ("12:00:01.123", "phone", "REGISTER  (cseq 7, UDP)")
    assert (received.target, received.message) == ("phone", "401/REGISTER  (cseq 7, UDP)")


def test_drawn_ladder_is_in_order_of_time() -> None:
    late = ladder.Arrow("12:00:02.000", "a", "b", "BYE")
    early = ladder.Arrow("12:00:01.000", "a", "b", "INVITE")

    drawn = ladder.draw([late, early]).splitlines()

    assert "INVITE" in drawn[0]
    assert "BYE" in drawn[1]
