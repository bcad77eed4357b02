"""The fields of each JSON object: the shape scripts rely on. Values only, nothing is printed here."""

from __future__ import annotations

from softphone.app.changes import (
    AudioCounted,
    CallLogged,
    Change,
    DtmfHeard,
    DtmfTold,
    RecordingsJudged,
    RouteMoved,
)
from softphone.domain.account import Registration
from softphone.domain.call import Call, CallState
from softphone.domain.contact import Person
from softphone.domain.events import AudioMeasured, AudioRouteChanged, RecordingsCompared
from softphone.domain.history import CallRecord
from softphone.domain.media import Quality
from softphone.domain.uri import Party

Fields = dict[str, object]


def of_registration(registration: Registration) -> Fields:
    """``{"event":"registration",…}``."""
    return {
        "state": registration.state.value,
        "status_code": registration.status_code,
        "reason_phrase": registration.reason_phrase,
        "cause": registration.cause.value,
        "retry_in_s": registration.retry_in_s,
        "account_key": registration.account_key,
    }


def of_call(call: Call) -> Fields:
    """``{"event":"call",…}``; ``reason`` and ``duration_s`` once it is over."""
    fields: Fields = {
        "key": call.key,
        "account_key": call.account_key,
        "direction": call.direction.value,
        "state": call.state.value,
        **_of_party(call.remote),
        **_of_person(call.person),
        "sip_call_id": call.sip_call_id,
        "status_code": call.status_code,
        "reason_phrase": call.reason_phrase,
        "cause": call.cause.value,
        **of_media(call),
        **_of_circumstances(call),
    }
    if call.state is CallState.TERMINATED:
        fields["reason"] = call.reason.value if call.reason else ""
        fields["duration_s"] = round(call.duration_s, 3)
    return fields


def _of_circumstances(call: Call) -> Fields:
    """What is only sometimes so, and then said."""
    transfer = call.transfer
    fields: Fields = {
        "anonymity": call.anonymity.value,
        "diverted_by": call.diverted_by.number if call.diverted_by else "",
        "called": call.called,
        "transferred_from": call.transferred_from,
        "redirect_targets": list(call.redirect_targets),
        "in_conference": call.in_conference,
        "party_muted": call.party_muted,
        "recording": call.recording_path,
        "silent": call.silent,
        "transfer": transfer.state.value if transfer else "",
        "transfer_status_code": transfer.status_code if transfer else 0,
    }
    return {name: value for name, value in fields.items() if value}


def of_media(call: Call) -> Fields:
    """``{"event":"media",…}``."""
    return {
        "key": call.key,
        "local_media": call.local_media.value,
        "remote_media": call.remote_media.value,
        "codec": call.codec,
        "early_media": call.early_media,
    }


def of_quality(quality: Quality) -> Fields:
    """``{"event":"quality",…}``; ``loss`` is a fraction 0–1."""
    return {
        "codec": quality.codec,
        "loss": quality.fraction_lost,
        "jitter_ms": quality.jitter_ms,
        "rtt_ms": quality.rtt_ms,
        "mos": quality.mos,
        "received_packets": quality.received_packets,
        "sent_packets": quality.sent_packets,
    }


def of_change(change: Change) -> tuple[str, Fields] | None:
    """The event's name and fields of the smaller changes; None where a script is told nothing."""
    if isinstance(change, RouteMoved):
        return "audio_route", _of_route(change.route)
    if isinstance(change, DtmfHeard):
        return "dtmf", {"key": change.call_key, "direction": "received", "digit": change.digit}
    if isinstance(change, DtmfTold):
        return "dtmf", {"key": change.call_key, "direction": "sent", "digits": change.digits}
    if isinstance(change, CallLogged):
        return "call_logged", _of_record(change.record)
    if isinstance(change, AudioCounted):
        return "audio", _of_counters(change.counters)
    if isinstance(change, RecordingsJudged):
        return "recordings_compared", of_comparison(change.result)
    return None


def of_comparison(result: RecordingsCompared) -> Fields:
    """``{"event":"recordings_compared",…}``."""
    return {
        "ok": result.ok,
        "correlation": result.correlation,
        "delay_ms": result.delay_ms,
        "level_db": result.level_db,
        "problem": result.problem,
    }


def _of_party(party: Party) -> Fields:
    return {"remote": party.uri, "number": party.number, "display_name": party.display_name}


def _of_person(person: Person | None) -> Fields:
    """Whom the phone book has under the number; nothing where it has nobody."""
    if person is None:
        return {}
    return {"contact": person.name, "contact_company": person.company}


def _of_route(route: AudioRouteChanged) -> Fields:
    return {"role": route.role, "wanted": route.wanted, "used": route.used, "fallback": route.fallback}


def _of_record(record: CallRecord) -> Fields:
    return {
        "key": record.key,
        "account_key": record.account_key,
        "direction": record.direction.value,
        **_of_party(record.remote),
        **_of_person(record.person),
        "result": record.result.value,
        "cause": record.cause.value,
        "status_code": record.status_code,
        "started_at_s": record.started_at_s,
        "duration_s": round(record.duration_s, 3),
    }


def _of_counters(counters: AudioMeasured) -> Fields:
    return {
        "capture_fill_ms": counters.capture_fill_ms,
        "playout_fill_ms": counters.playout_fill_ms,
        "overruns": counters.overruns,
        "underruns": counters.underruns,
        "skipped_samples": counters.skipped_samples,
        "late_frames": counters.late_frames,
        "lateness_p99_ms": counters.lateness_p99_ms,
    }
