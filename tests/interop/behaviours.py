"""The rows of the interop table: each behaviour, and per peer why it does not apply (absent: it does)."""

from __future__ import annotations

_PHONES_ONLY = "a matter of the server: baresip and SIPp are phones"
_SERVER = {"baresip": _PHONES_ONLY, "sipp": _PHONES_ONLY}
_NO_REPLACES = "baresip 1.0.0 sends no Replaces and answers Require: replaces with 420"
_CANNOT_BE_TOLD = "baresip cannot be told to do it"
_NO_EARS = "SIPp keeps nothing of what it hears"
_SCRIPTED = {"baresip": _CANNOT_BE_TOLD}

ROWS: dict[str, dict[str, str]] = {
    # one call
    "answer": {},
    "reject": {},
    "cancel": {},
    "busy": {},
    "failure in words": {},
    "early media": {"baresip": "baresip 1.0.0 sends a 183 with SDP and no sound before its answer"},
    "late offer": _SCRIPTED,
    "100rel": _SCRIPTED,
    "UPDATE": _SCRIPTED,
    "session timer": _SCRIPTED,
    "re-INVITE glare": _SCRIPTED,
    "forked answers": _SCRIPTED,
    "488 fall-back": _SCRIPTED,
    "RTP timeout": {},
    "hold and resume": {},
    "held by the far side": {},
    "DTMF telephone-event": {},
    "DTMF INFO": {},
    "DTMF in-band": {},
    "caller identity": {},
    "recording": {},
    # several calls
    "call waiting and swap": {},
    "max calls": {},
    "conference of four": {"sipp": _NO_EARS},
    # handing calls on
    "blind transfer": {},
    "blind transfer, transferee": {},
    "attended transfer": {"baresip": _NO_REPLACES},
    "attended transfer, target": {"baresip": _NO_REPLACES},
    "transfer failure": {},
    "redirected by the far side": {"baresip": _CANNOT_BE_TOLD},
    "redirecting a caller": {},
    # absence
    "do not disturb": {},
    "auto-answer": {},
    "転送": _SERVER,
    "シングルナンバーリーチ": _SERVER,
    # the PBX behind it
    "順次着信": _SERVER,
    "一斉着信": _SERVER,
    "pickup by code": _SERVER,
    "pickup by Replaces": _SERVER,
    "park": {**_SERVER, "kamailio": "Kamailio is a proxy: it has no music and no place to park"},
    "voicemail and MWI": _SERVER,
    "dialog-info": _SERVER,
    "presence": _SERVER,
}
