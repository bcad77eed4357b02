"""The rows of the interop table: each behaviour, and per peer why it does not apply (absent: it does)."""

from __future__ import annotations

_PHONES_ONLY = "a matter of the server: baresip and SIPp are phones"
_SERVER = {"baresip": _PHONES_ONLY, "sipp": _PHONES_ONLY}
_NO_REPLACES = "baresip 1.0.0 sends no Replaces and answers Require: replaces with 420"
_CANNOT_BE_TOLD = "baresip cannot be told to do it"
_SCRIPTED = "shaped on the wire by a scripted far side, which SIPp is"
_NO_EARS = "it does not listen for tones"
_FOUR_PHONES = "made of four phones of ours"
_BY_SIPP = {"registrar": _SCRIPTED, "kamailio": _SCRIPTED, "baresip": _CANNOT_BE_TOLD}

ROWS: dict[str, dict[str, str]] = {
    # one call
    "answer": {},
    "reject": {},
    "cancel": {},
    "busy": {},
    "failure in words": {"baresip": _CANNOT_BE_TOLD},
    "early media": {"baresip": _CANNOT_BE_TOLD},
    "late offer": _BY_SIPP,
    "100rel": _BY_SIPP,
    "UPDATE": _BY_SIPP,
    "session timer": _BY_SIPP,
    "re-INVITE glare": _BY_SIPP,
    "forked answers": _BY_SIPP,
    "488 fall-back": _BY_SIPP,
    "RTP timeout": _BY_SIPP,
    "hold and resume": {},
    "held by the far side": {},
    "DTMF telephone-event": {},
    "DTMF INFO": {},
    "DTMF in-band": {
        "baresip": "baresip does not listen for tones",
        "sipp": "SIPp does not listen for tones",
    },
    "caller identity": {"baresip": _CANNOT_BE_TOLD},
    "recording": {},
    # several calls
    "call waiting and swap": {},
    "max calls": {},
    "conference of four": {"baresip": _FOUR_PHONES, "sipp": _FOUR_PHONES},
    # handing calls on
    "blind transfer": {},
    "blind transfer, transferee": {},
    "attended transfer": {"baresip": _NO_REPLACES},
    "attended transfer, target": {"baresip": _NO_REPLACES},
    "transfer failure": {},
    "redirected by the far side": {"baresip": _CANNOT_BE_TOLD},
    "redirecting a caller": {"baresip": "baresip shows no difference to a server that follows"},
    # absence
    "do not disturb": {},
    "auto-answer": {"baresip": _CANNOT_BE_TOLD},
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
}
