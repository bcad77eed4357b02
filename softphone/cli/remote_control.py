"""A running phone's side of ``softphone ctl``: requests carried out on the services, answers in fields.

request  {"verb": "dial", "number": "201"}                    (fields named as in ``control_verbs``)
answer   {"ok": true, …} or {"ok": false, "code": "…", "text": "a sentence"}
after ``events`` the client gets what ``--json`` prints, one object a message; after ``quit`` the phone ends.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from softphone.app.calls import CannotCall
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import Text, call_state_text, failure_text, party_line, recording_problem
from softphone.cli import json_fields
from softphone.cli.control_verbs import CONTROL_VERBS, ControlVerb
from softphone.cli.output import JsonOutput
from softphone.cli.run_options import problem_words
from softphone.domain.call import Call, CallState
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.forwarding import AbsenceInvalid
from softphone.domain.link import LinkInvalid

_log = logging.getLogger(__name__)

DECLINE_CODES = {"decline": 603, "busy": 486}
_VERBS = {verb.name: verb for verb in CONTROL_VERBS}

Fields = dict[str, object]


class Asker(Protocol):
    """Who asked (``link.control.ControlledClient``)."""

    def send(self, message: Fields) -> None:
        """Queue a message to them. Thread: any."""

    def on_gone(self, action: Callable[[], None]) -> None:
        """Call ``action`` on the main thread once they are gone."""


class Front(Protocol):
    """The window of the phone that runs (``ui.desktop_desk.DesktopDesk``)."""

    def open(self, link: str, activation: str) -> None:
        """Come forward; with a link its number too. ``activation`` is what the system lets us do so with.

        Errors: LinkInvalid, told in the window as well.
        """


class Refused(Exception):
    """A request that is not carried out; ``code`` for programs, ``sentence`` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence


class RemoteControl:
    """Serves requests; ``leave`` ends the phone, unregistered and in order. Thread: main."""

    def __init__(
        self,
        phone: Phone,
        text: Text,
        leave: Callable[[], None],
        engine_pid: Callable[[], int] = lambda: 0,
        front: Front | None = None,
    ) -> None:
        self._phone = phone
        self._text = text
        self._leave = leave
        self._engine_pid = engine_pid
        self._front = front

    def serve(self, request: Mapping[str, object], asker: Asker) -> None:
        """Carry out a request and answer it. Never raises."""
        name = request.get("verb")
        try:
            verb = _VERBS.get(name) if isinstance(name, str) else None
            if verb is None:
                raise Refused("unknown_verb", self._text("cli.ctl.unknown_verb", verb=name))
            answer: Fields = {"ok": True} | self._carry_out(verb, self._words(verb, request), request)
        except Refused as error:
            answer = {"ok": False, "code": error.code, "text": error.sentence}
        except Exception:  # noqa: BLE001 - a program's mistake must not touch the phone
            _log.exception("in the control verb %r", name)
            answer = {"ok": False, "code": "internal", "text": self._text("cli.ctl.internal")}
        asker.send(answer)
        if name == "events" and answer["ok"]:
            output = JsonOutput(self._text, self._engine_pid, _Lines(asker))
            asker.on_gone(self._phone.observe(output.observe))
        if name == "quit" and answer["ok"]:
            self._leave()  # once its answer is on its way

    # -- reading a request -------------------------------------------------------------------------

    def _words(self, verb: ControlVerb, request: Mapping[str, object]) -> dict[str, str]:
        words: dict[str, str] = {}
        for word in verb.words:
            name = word.removesuffix("?")
            value = request.get(name, "")
            if not isinstance(value, str) or (not value and not word.endswith("?")):
                raise Refused("argument", self._text("cli.ctl.argument", name=name))
            if (
                value
                and verb.choices
                and name == verb.words[0].removesuffix("?")
                and value not in verb.choices
            ):
                raise Refused("argument", self._text("cli.ctl.argument", name=name))
            words[name] = value
        return words

    def _call(self, request: Mapping[str, object]) -> Call:
        """The call that is meant: the one named, else one that rings, else the active one."""
        calls, key = self._phone.calls, request.get("key", "")
        if key:
            found = calls.find(str(key))
        else:
            found = next((call for call in calls.live if call.is_ringing_here), None) or calls.active
        if found is None:
            raise Refused("no_call", self._text("cli.ctl.no_call"))
        return found

    def _talking_call(self, request: Mapping[str, object]) -> Call:
        """The call that is meant by a verb for calls that are answered."""
        calls = self._phone.calls
        found = calls.find(str(request["key"])) if request.get("key") else calls.active
        if found is None or found.state is not CallState.CONFIRMED:
            raise Refused("no_call", self._text("cli.ctl.no_call"))
        return found

    # -- carrying out ------------------------------------------------------------------------------

    def _carry_out(self, verb: ControlVerb, words: dict[str, str], request: Mapping[str, object]) -> Fields:
        try:
            if verb.name in ("status", "calls"):
                return self._told(verb.name)
            if verb.of_call:
                return self._act_on_call(verb.name, words, request)
            if verb.name == "open":
                return self._open(words["link"], request)
            if verb.name == "quit":
                return self._may_quit(now=words["when"] == "now")
            return self._act(verb.name, words)
        except LinkInvalid as error:
            raise Refused(f"link_{error.code}", self._text(f"link.{error.code}")) from error
        except DialStringInvalid as error:
            raise Refused(f"dial_{error.code}", self._text(f"dial.{error.code}")) from error
        except CannotCall as error:
            raise Refused(error.cause.value, failure_text(self._text, error.cause)) from error
        except FeatureNotOffered as error:
            raise Refused("not_offered", self._text("dial.not_offered")) from error
        except AbsenceInvalid as error:
            raise Refused("absence_invalid", problem_words(self._text, error)) from error
        except ValueError as error:
            raise Refused("argument", self._text("cli.ctl.argument", name=error)) from error

    def _told(self, name: str) -> Fields:
        phone = self._phone
        told = [
            json_fields.of_call(call)
            | {"text": call_state_text(self._text, call), "who": party_line(self._text, call)}
            for call in phone.calls.live
        ]
        calls: Fields = {"calls": told}
        if name == "calls":
            return calls
        settings = phone.settings.now
        return calls | {
            "registration": json_fields.of_registration(phone.accounts.registration),
            "do_not_disturb": settings.calls.do_not_disturb,
            "forwarding": settings.absence.active,
            "conference": list(phone.conference.keys),
        }

    def _open(self, link: str, request: Mapping[str, object]) -> Fields:
        """The window comes forward, unless the one who asks was started ``quiet`` beside it."""
        if self._front is None:
            raise Refused("no_window", self._text("cli.ctl.no_window"))
        if not request.get("quiet"):
            activation = request.get("activation", "")
            self._front.open(link, activation if isinstance(activation, str) else "")
        return {}

    def _may_quit(self, *, now: bool) -> Fields:
        """Nobody is cut off and nothing typed is lost unless the one who asks says ``now``."""
        if not now and self._phone.calls.live:
            raise Refused("in_call", self._text("cli.ctl.in_call"))
        if not now and self._phone.contacts.draft is not None:
            raise Refused("unsaved", self._text("cli.ctl.unsaved"))
        return {}

    def _act(self, name: str, words: dict[str, str]) -> Fields:
        phone, number, on = self._phone, words.get("number", ""), words.get("choice") == "on"
        actions: dict[str, Callable[[], object]] = {
            "events": lambda: None,
            "dial": lambda: phone.calls.dial(number),
            "hangup-all": phone.calls.hang_up_all,
            "swap": phone.calls.swap,
            "merge": phone.conference.merge,
            "split": phone.conference.split,
            "leave": phone.conference.leave,
            "retrieve": lambda: phone.features.retrieve(words["slot"]),
            "pickup": lambda: phone.features.pickup(number) if number else phone.features.group_pickup(),
            "voicemail": phone.features.voicemail,
            "hunt": lambda: phone.features.hunt_login(on),
            "dnd": lambda: phone.forwarding.set_do_not_disturb(on),
            "forward": lambda: phone.forwarding.set_active(on),
            "watch": lambda: phone.subscriptions.watch(number),
            "unwatch": lambda: phone.subscriptions.unwatch(number),
        }
        result = actions[name]()
        return {"key": result} if isinstance(result, str) and result else {}

    def _act_on_call(self, name: str, words: dict[str, str], request: Mapping[str, object]) -> Fields:
        phone, number, on = self._phone, words.get("number", ""), words.get("choice", "") != "off"
        waiting = name in ("answer", "decline", "redirect", "follow", "hangup", "cancel")
        call = self._call(request) if waiting else self._talking_call(request)
        key = call.key
        if words.get("choice") == "toggle":
            on = not call.muted
        actions: dict[str, Callable[[], object]] = {
            "answer": lambda: phone.calls.answer(key),
            "decline": lambda: self._decline(key, words.get("reason") or "decline"),
            "redirect": lambda: phone.calls.send_elsewhere(key, number),
            "follow": lambda: phone.calls.follow_redirect(key, words["choice"] == "yes"),
            "hangup": lambda: phone.calls.hang_up(key),
            "hold": lambda: phone.calls.set_hold(key, True),
            "resume": lambda: phone.calls.set_hold(key, False),
            "mute": lambda: phone.calls.set_mute(key, on),
            "dtmf": lambda: phone.calls.send_dtmf(key, words["digits"]),
            "transfer": lambda: phone.transfers.blind(key, number),
            "consult": lambda: phone.transfers.consult(key, number),
            "complete": lambda: phone.transfers.complete(key),
            "join": lambda: phone.transfers.to_call(key, words["other_key"]),
            "cancel": lambda: phone.transfers.cancel(key),
            "mute-party": lambda: phone.conference.set_party_mute(key, on),
            "record": lambda: self._record(key, on),
            "park": lambda: phone.features.park(key, words.get("slot", "")),
        }
        result = actions[name]()
        return {"key": result if isinstance(result, str) and result else key}

    def _decline(self, key: str, reason: str) -> None:
        if reason == "voicemail":
            self._phone.features.send_to_voicemail(key)
        else:
            self._phone.calls.decline(key, DECLINE_CODES[reason])

    def _record(self, key: str, on: bool) -> None:
        call = self._phone.calls.find(key)
        problem = self._phone.recording.can_record(call) if on and call is not None else ""
        if problem:
            raise Refused(f"recording_{problem}", recording_problem(self._text, problem))
        (self._phone.recording.start if on else self._phone.recording.stop)(key)


class _Lines(io.StringIO):
    """A stream whose lines are messages to a client."""

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker

    def write(self, text: str) -> int:
        """Send each line of JSON as it is."""
        for line in text.splitlines():
            if line:
                self._asker.send(json.loads(line))
        return len(text)
