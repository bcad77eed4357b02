"""A running phone obeys ``softphone ctl``: the commands it sends to its engine, and what it answers."""

from __future__ import annotations

import pytest

from softphone.app.text import Text
from softphone.cli.control_verbs import CONTROL_VERBS
from softphone.cli.remote_control import RemoteControl
from softphone.domain import commands as c
from softphone.domain.account import Account
from softphone.domain.call import CallState
from softphone.domain.contact import ContactEdit
from softphone.domain.forwarding import Absence, AbsenceAction, AbsenceRule, AbsenceSettings
from softphone.domain.link import parse_link
from softphone.domain.provider import FeatureCodes, ProviderProfile
from softphone.domain.settings import RecordingSettings
from softphone.domain.uri import HostPort
from softphone.storage.catalogue import load_texts
from tests.helpers.fake_services import RESOURCES, Asker
from tests.helpers.fakes import PhoneKit, fake_phone

ACCOUNT = Account(user_id="201", server=HostPort("pbx.example.jp"))
PROFILE = ProviderProfile(
    key="test",
    name_ja="",
    name_en="",
    server_patterns=("pbx.*",),
    feature_codes=FeatureCodes(park="*68{slot}", voicemail="*98", voicemail_box="*99{ext}"),
)


class Controlled:
    """A registered phone and one who asks it."""

    def __init__(self) -> None:
        self.kit: PhoneKit = fake_phone(account=ACCOUNT, password="secret", profiles=(PROFILE,))
        self.kit.phone.start()
        self.kit.registered()
        text = Text(load_texts(RESOURCES, "en"), "en")
        self.left = 0
        self.remote = RemoteControl(self.kit.phone, text, self.leave)
        self.asker = Asker()

    def leave(self) -> None:
        """What ends a phone: here it counts, and that the answer went first."""
        assert self.asker.sent[-1] == {"ok": True}
        self.left += 1

    def ask(self, verb: str, **words: str) -> dict[str, object]:
        """One request and its answer."""
        self.remote.serve({"verb": verb, **words}, self.asker)
        return self.asker.sent[-1]

    def last(self, kind: type) -> object:
        """The last command of a kind the engine got."""
        return self.kit.engine.sent_of(kind)[-1]


@pytest.fixture
def phone() -> Controlled:
    return Controlled()


def test_a_number_is_dialled_and_its_key_answered(phone: Controlled) -> None:
    answer = phone.ask("dial", number="０３-1234-5678")
    call = phone.last(c.MakeCall)
    assert isinstance(call, c.MakeCall)
    assert call.uri == "sip:0312345678@pbx.example.jp"
    assert answer == {"ok": True, "key": call.key}


def test_the_ringing_call_is_meant_before_the_one_that_talks(phone: Controlled) -> None:
    talking = phone.kit.talking("in-1", "202")
    ringing = phone.kit.incoming("in-2", "203")
    assert phone.ask("answer") == {"ok": True, "key": ringing}
    assert phone.last(c.Answer) == c.Answer(key=ringing)
    assert phone.ask("hold") == {"ok": True, "key": talking}


@pytest.mark.parametrize(
    ("verb", "words", "expected"),
    [
        ("hangup", {}, c.Hangup(key="in-1")),
        ("hold", {}, c.SetHold(key="in-1", held=True)),
        ("mute", {}, c.SetMute(key="in-1", muted=True)),
        ("mute", {"choice": "off"}, c.SetMute(key="in-1", muted=False)),
    ],
)
def test_what_is_done_with_a_call_one_talks_on(
    phone: Controlled, verb: str, words: dict[str, str], expected: c.AnyCommand
) -> None:
    phone.kit.talking("in-1")
    assert phone.ask(verb, **words)["ok"] is True
    assert phone.last(type(expected)) == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("", c.Hangup(key="in-1", status_code=603)),
        ("busy", c.Hangup(key="in-1", status_code=486)),
        ("voicemail", c.Redirect(key="in-1", targets=("sip:*99201@pbx.example.jp",))),
    ],
)
def test_a_caller_is_declined_with_a_reason(phone: Controlled, reason: str, expected: c.AnyCommand) -> None:
    phone.kit.incoming("in-1")
    assert phone.ask("decline", reason=reason)["ok"] is True
    assert phone.last(type(expected)) == expected


def test_a_blind_transfer_and_a_park_hold_first(phone: Controlled) -> None:
    for verb, words, target in (("transfer", {"number": "203"}, "203"), ("park", {"slot": "71"}, "*6871")):
        key = phone.kit.talking(f"in-{verb}")
        assert phone.ask(verb, key=key, **words) == {"ok": True, "key": key}
        phone.kit.settle_holds()
        assert phone.last(c.TransferCall) == c.TransferCall(key=key, target=f"sip:{target}@pbx.example.jp")


def test_a_consultation_is_completed(phone: Controlled) -> None:
    first = phone.kit.talking("in-1")
    second = str(phone.ask("consult", number="203")["key"])
    phone.kit.settle_holds()
    phone.kit.outgoing(second, "203")
    phone.kit.call_state(second, CallState.CONFIRMED)
    assert phone.ask("complete", key=first)["ok"] is True
    assert phone.last(c.TransferCall) == c.TransferCall(key=first, to_key=second)


def test_status_shows_registration_calls_and_switches(phone: Controlled) -> None:
    phone.kit.incoming("in-1", "202", "山田 花子")
    phone.ask("dnd", choice="on")
    answer = phone.ask("status")
    assert answer["registration"]["state"] == "registered"  # type: ignore[index]
    assert answer["do_not_disturb"] is True
    assert [call["who"] for call in answer["calls"]] == ["山田 花子 202"]  # type: ignore[union-attr]


def test_what_cannot_be_done_says_why_and_touches_nothing(phone: Controlled) -> None:
    rule = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="やまだ")
    phone.kit.phone.settings.change_fields(absence=AbsenceSettings(rules=(rule,)))
    before = list(phone.kit.engine.sent)
    for verb, words, code in (
        ("hold", {}, "no_call"),
        ("answer", {"key": "nobody"}, "no_call"),
        ("dial", {"number": "やまだ"}, "dial_characters"),
        ("dial", {"number": ""}, "argument"),
        ("dnd", {"choice": "perhaps"}, "argument"),
        ("hunt", {"choice": "on"}, "not_offered"),
        ("forward", {"choice": "on"}, "absence_invalid"),
        ("dance", {}, "unknown_verb"),
    ):
        answer = phone.ask(verb, **words)
        assert (answer["ok"], answer["code"]) == (False, code)
        assert answer["text"]
    assert phone.kit.engine.sent == before


def test_a_party_who_is_never_recorded_is_said_in_words(phone: Controlled) -> None:
    phone.kit.phone.settings.change_fields(recording=RecordingSettings(folder="/recordings", never=("202",)))
    phone.kit.talking("in-1", "202")
    answer = phone.ask("record")
    assert (answer["ok"], answer["code"]) == (False, "recording_never")
    assert " " in str(answer["text"])
    assert phone.kit.engine.sent_of(c.StartRecording) == []


def test_a_request_that_is_no_verb_at_all_is_refused(phone: Controlled) -> None:
    for request in ({}, {"verb": 7}, {"verb": "dial", "number": ["201"]}, {"verb": "hold", "key": {}}):
        phone.remote.serve(request, phone.asker)
        assert phone.asker.sent[-1]["ok"] is False


def test_events_come_until_the_client_is_gone(phone: Controlled) -> None:
    assert phone.ask("events") == {"ok": True}
    phone.kit.incoming("in-1")
    assert phone.asker.sent[-1]["event"] == "call"
    for action in phone.asker.gone:
        action()
    told = len(phone.asker.sent)
    phone.kit.ended("in-1")
    assert len(phone.asker.sent) == told


def test_every_verb_is_obeyed_or_refused_in_words(phone: Controlled) -> None:
    """No verb of the table ends in an internal error, with calls or without."""
    words = {"number": "203", "choice": "on", "digits": "1", "slot": "1", "other_key": "in-2"}
    words |= {"reason": "", "link": "tel:203", "when": ""}
    for _ in range(2):
        for verb in CONTROL_VERBS:
            given = {word.removesuffix("?"): words[word.removesuffix("?")] for word in verb.words}
            if verb.name == "follow":
                given["choice"] = "yes"
            assert phone.ask(verb.name, **given).get("code") != "internal", verb.name
        phone.kit.talking("in-1")
        phone.kit.talking("in-2")


class Window:
    """A window that remembers what it was asked."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, str]] = []

    def open(self, link: str, activation: str) -> None:
        if link:
            parse_link(link)
        self.opened.append((link, activation))


def test_the_window_comes_forward_with_a_link(phone: Controlled) -> None:
    window = Window()
    text = Text(load_texts(RESOURCES, "en"), "en")
    phone.remote = RemoteControl(phone.kit.phone, text, phone.leave, front=window)
    assert phone.ask("open") == {"ok": True}
    assert phone.ask("open", link="tel:201", activation="token") == {"ok": True}
    assert window.opened == [("", ""), ("tel:201", "token")]
    phone.remote.serve({"verb": "open", "quiet": True, "link": ""}, phone.asker)
    assert phone.asker.sent[-1] == {"ok": True}
    assert len(window.opened) == 2


@pytest.mark.parametrize("link", ["https://example.jp", "tel:20%0A1", "tel:", "tel:" + "1" * 999])
def test_a_bad_link_is_refused_in_words(phone: Controlled, link: str) -> None:
    text = Text(load_texts(RESOURCES, "en"), "en")
    phone.remote = RemoteControl(phone.kit.phone, text, phone.leave, front=Window())
    answer = phone.ask("open", link=link)
    assert not answer["ok"]
    assert str(answer["code"]).startswith("link_")
    assert str(answer["text"]).startswith(("This link", "The number of this link", "This is no"))


def test_a_phone_without_a_window_says_so(phone: Controlled) -> None:
    answer = phone.ask("open", link="tel:201")
    assert answer["code"] == "no_window"


def test_a_phone_at_rest_leaves_when_it_is_asked(phone: Controlled) -> None:
    assert phone.ask("quit") == {"ok": True}
    assert phone.left == 1


@pytest.mark.parametrize("ringing", [True, False])
def test_nobody_is_cut_off_unless_that_is_said(phone: Controlled, ringing: bool) -> None:
    (phone.kit.incoming if ringing else phone.kit.talking)("in-1")
    answer = phone.ask("quit")
    assert (answer["ok"], answer["code"]) == (False, "in_call")
    assert "call" in str(answer["text"])
    assert phone.left == 0
    assert phone.ask("quit", when="later")["code"] == "argument"
    assert phone.ask("quit", when="now") == {"ok": True}
    assert phone.left == 1


def test_what_is_typed_and_not_saved_is_not_lost_unless_that_is_said(phone: Controlled) -> None:
    phone.kit.phone.contacts.draft = ContactEdit(deleted=("somebody",))
    assert phone.ask("quit")["code"] == "unsaved"
    assert phone.left == 0
    assert phone.ask("quit", when="now") == {"ok": True}
    assert phone.left == 1
