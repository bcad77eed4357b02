import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.identity import ANONYMOUS_URI, Anonymity, parse_identity
from softphone.domain.uri import Party


def invite(*lines: str) -> str:
    return "\r\n".join(
        [
            "INVITE sip:main@192.0.2.9:5060 SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            *lines,
            "CSeq: 1 INVITE",
            "",
            "v=0\r\nFrom: <sip:body@example.jp>",
        ]
    )


FROM = "From: <sip:201@pbx.example.jp>;tag=1"
TO = "To: <sip:20205@pbx.example.jp>"


def test_from_alone_says_who() -> None:
    identity = parse_identity(invite('From: "佐藤" <sip:201@pbx.example.jp>;tag=1', TO))
    assert identity.remote == Party(uri="sip:201@pbx.example.jp", display_name="佐藤", number="201")
    assert identity.anonymity is Anonymity.NONE
    assert identity.called == "20205"
    assert identity.diverted_by is None
    assert identity.answer_after_s == -1.0


@pytest.mark.parametrize(
    ("lines", "number", "name"),
    [
        (["P-Asserted-Identity: <sip:0312345678@carrier.example>"], "0312345678", ""),
        (['P-Asserted-Identity: "ACME" <tel:+81-3-1234-5678>'], "+81312345678", "ACME"),
        (['P-Asserted-Identity: "ACME" <tel:+81312345678>, <sip:031@c.example>'], "031", "ACME"),
        (
            ["P-Asserted-Identity: <sip:taro@c.example>", "P-Asserted-Identity: <tel:+81312345678>"],
            "+81312345678",
            "",
        ),
        (["P-ASSERTED-IDENTITY : <sip:0312345678;phone-context=+81@c.example>"], "0312345678", ""),
        (["P-Asserted-Identity:\r\n <sip:0312345678@c.example\r\n ;user=phone>"], "0312345678", ""),
        (["P-Asserted-Identity: <sip:0312345678@c.example>", "Privacy: none"], "0312345678", ""),
    ],
)
def test_an_asserted_identity_comes_before_from(lines: list[str], number: str, name: str) -> None:
    identity = parse_identity(invite("From: <sip:999@x.example>;tag=1", TO, *lines))
    assert (identity.remote.number, identity.remote.display_name) == (number, name)


def test_a_name_in_from_names_the_same_asserted_number_only() -> None:
    asserted = "P-Asserted-Identity: <sip:201@pbx.example.jp>"
    same = parse_identity(invite('From: "佐藤" <sip:201@10.0.0.1>', asserted))
    other = parse_identity(invite('From: "佐藤" <sip:999@10.0.0.1>', asserted))
    assert same.remote.display_name == "佐藤"
    assert other.remote.display_name == ""


@pytest.mark.parametrize(
    ("name", "anonymity"),
    [
        ("Anonymous", Anonymity.WITHHELD),
        ("anonymous", Anonymity.WITHHELD),
        ("Coin line/payphone", Anonymity.PAYPHONE),
        ("Interaction with other service", Anonymity.NOT_AVAILABLE),
        ("Unavailable", Anonymity.OUT_OF_AREA),
        ("", Anonymity.WITHHELD),
    ],
)
def test_the_reason_for_a_missing_number_is_in_froms_name(name: str, anonymity: Anonymity) -> None:
    quoted = parse_identity(invite(f'From: "{name}" <sip:anonymous@anonymous.invalid>;tag=1', "Privacy: id"))
    token = parse_identity(invite(f"f: {name} <sip:anonymous@anonymous.invalid>;tag=1"))
    assert quoted.anonymity is token.anonymity is anonymity
    assert quoted.remote == Party(uri=ANONYMOUS_URI)


def test_an_unavailable_user_identity_is_out_of_area() -> None:
    identity = parse_identity(invite("From: <sip:unavailable@unknown.invalid>;tag=1"))
    assert identity.anonymity is Anonymity.OUT_OF_AREA


@pytest.mark.parametrize("privacy", ["id", "user", "header", "header;user;id;critical", "Id ; critical"])
def test_with_privacy_the_asserted_number_stays_hidden(privacy: str) -> None:
    identity = parse_identity(
        invite(
            'From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
            'P-Asserted-Identity: "Taro" <sip:09012345678@c.example>',
            f"Privacy: {privacy}",
        )
    )
    assert identity.anonymity is Anonymity.WITHHELD
    assert "090" not in repr(identity)


def test_privacy_id_leaves_a_from_the_caller_chose_to_show() -> None:
    shown = invite("From: <sip:0120000000@c.example>", "P-Asserted-Identity: <sip:0312345678@c.example>")
    hidden = invite("From: <sip:0312345678@c.example>", "P-Asserted-Identity: <sip:0312345678@c.example>")
    put = "\r\nPrivacy: id\r\nCSeq"
    assert parse_identity(shown.replace("\r\nCSeq", put)).remote.number == "0120000000"
    assert parse_identity(hidden.replace("\r\nCSeq", put)).anonymity is Anonymity.WITHHELD


@pytest.mark.parametrize("privacy", ["user", "header"])
def test_user_privacy_hides_from_too(privacy: str) -> None:
    identity = parse_identity(invite(FROM, f"Privacy: {privacy}"))
    assert identity.anonymity is Anonymity.WITHHELD
    assert identity.remote == Party(uri=ANONYMOUS_URI)


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (["Diversion: <sip:201@pbx>;reason=no-answer;counter=1"], "201"),
        (["Diversion: <sip:202@pbx>;reason=busy", "Diversion: <sip:201@pbx>;reason=unconditional"], "202"),
        (["Diversion: <sip:202@pbx>;reason=busy, <sip:201@pbx>"], "202"),
        (["Diversion: <tel:+81-3-1111-2222>;reason=unconditional"], "+81311112222"),
        (["Diversion: <sip:202@pbx>;privacy=full"], None),
        (["History-Info: <sip:201@pbx>;index=1, <sip:202@pbx;cause=302>;index=1.1"], "201"),
        (
            [
                "History-Info: <sip:201@pbx>;index=1",
                "History-Info: <sip:203@pbx;cause=408>;index=1.1.1;mp=1.1",
                "History-Info: <sip:202@pbx;cause=486>;index=1.1;mp=1",
            ],
            "202",
        ),
        (["History-Info: <sip:201@pbx>;index=1, <sip:201@10.0.0.9>;index=1.1;rc=1"], None),
        (["History-Info: <sip:201@pbx?Reason=SIP%3Bcause%3D486>;index=1, <sip:202@pbx>;index=2"], "201"),
        (["History-Info: <sip:201@pbx?Privacy=history>;index=1, <sip:202@pbx;cause=302>;index=1.1"], None),
        (["History-Info: <sip:201@pbx>;index=x.y, <sip:202@pbx;cause=302>;index=1..1"], None),
        (["Diversion: <sip:9@pbx>", "History-Info: <sip:1@pbx>;index=1, <sip:2@p;cause=302>;index=1.1"], "9"),
    ],
)
def test_who_diverted_the_call_last(lines: list[str], number: str | None) -> None:
    diverted_by = parse_identity(invite(FROM, TO, *lines)).diverted_by
    assert (diverted_by.number if diverted_by else None) == number


def test_the_called_number_is_the_servers_word_before_to() -> None:
    called = "P-Called-Party-ID: <sip:0311112222@c.example>"
    assert parse_identity(invite(FROM, "t: <sip:201@x.example>")).called == "201"
    assert parse_identity(invite(FROM, TO, called)).called == "0311112222"


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Call-Info: <sip:pbx.example.jp>;answer-after=0", 0.0),
        ("Call-Info: <http://x/a.png>;purpose=icon, <sip:pbx>;answer-after=2", 2.0),
        ("Call-Info: answer-after=1.5", 1.5),
        ("Alert-Info: <http://x>;info=alert-autoanswer;delay=3", 3.0),
        ("Alert-Info: info=alert-autoanswer", 0.0),
        ("Alert-Info: info = alert-autoanswer", 0.0),
        ("Alert-Info: Auto Answer", 0.0),
        ("Alert-Info: Ring Answer", 0.0),
        ("Alert-Info: ring-answer", 0.0),
        ("Alert-Info: <http://x>;info=Auto Answer", 0.0),
        ("Alert-Info: intercom=true", 0.0),
        ("Answer-Mode: Auto;require", 0.0),
        ("P-Auto-Answer: normal", 0.0),
        ("Answer-Mode: Manual", -1.0),
        ("Alert-Info: <http://x/ring.wav>", -1.0),
        ("Alert-Info: <http://x>;info=internal", -1.0),
        ("Call-Info: <sip:x>;answer-after=-1", -1.0),
        ("Call-Info: <sip:x>;answer-after=" + "9" * 400, -1.0),
        ("Call-Info: <sip:x>;answer-after=9999", 600.0),
        ("Call-Info: <sip:answer-after=0@x>", -1.0),
    ],
)
def test_a_caller_may_ask_to_be_answered(line: str, seconds: float) -> None:
    assert parse_identity(invite(FROM, line)).answer_after_s == seconds


def test_what_cannot_be_shown_never_gets_out() -> None:
    spoofed = parse_identity(invite('From: "a\u202eb\x07\udcffc" <sip:201@pbx>'))
    assert spoofed.remote.display_name == "ab?c"
    assert parse_identity("").anonymity is Anonymity.NOT_AVAILABLE


HEADERS = [
    "From",
    "f",
    "P-Asserted-Identity",
    "Privacy",
    "Diversion",
    "History-Info",
    "Alert-Info",
    "Call-Info",
]
PIECES = [
    "<",
    ">",
    '"',
    "\\",
    "sip:",
    "tel:",
    "@",
    ";",
    "index=1",
    "1.1",
    ",",
    "anonymous",
    "cause=302",
    " ",
    "é",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(HEADERS), st.lists(st.sampled_from(PIECES), max_size=15).map("".join)),
        max_size=8,
    )
)
def test_grammar_gone_wrong_never_raises(fields: list[tuple[str, str]]) -> None:
    identity = parse_identity(invite(*(f"{name}: {value}" for name, value in fields)))
    assert len(identity.remote.display_name) <= 1_000


@given(st.text())
def test_garbage_never_raises(text: str) -> None:
    assert parse_identity("INVITE\r\nFrom:" + text).answer_after_s >= -1.0


@pytest.mark.parametrize("char", [" ", "<", '"', ",", ";", "\\", "(", "1.", "\r\n "])
def test_a_huge_message_takes_little_time(char: str) -> None:
    start = time.process_time()
    parse_identity("INVITE\r\n" + "".join(f"{name}: {char * 30_000}\r\n" for name in HEADERS))
    parse_identity("INVITE\r\n" + "History-Info: <sip:1@x;cause=302>;index=1.1\r\n" * 1_500)
    assert time.process_time() - start < 5.0
