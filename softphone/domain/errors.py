"""Why a call could not be: codes for every way it fails, from status code and Reason.

The words for each code live in the translation files under ``[failure]``; this table only decides which.
"""

from __future__ import annotations

import enum


class FailureCause(enum.Enum):
    """One sentence and one next step each."""

    NONE = ""
    BUSY = "busy"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"  # known, but no phone of theirs is there
    GONE = "gone"
    ADDRESS_INCOMPLETE = "address_incomplete"
    AUTH_FAILED = "auth_failed"
    FORBIDDEN = "forbidden"
    CODEC_MISMATCH = "codec_mismatch"
    NOT_SUPPORTED = "not_supported"
    SERVER_ERROR = "server_error"
    SERVER_TIMEOUT = "server_timeout"
    SERVER_UNREACHABLE = "server_unreachable"
    MEDIA_TIMEOUT = "media_timeout"  # their packets stayed away
    NO_NETWORK = "no_network"
    MOVED = "moved"
    LOOP = "loop"
    ANONYMITY_DISALLOWED = "anonymity_disallowed"
    MALFORMED = "malformed"
    AUDIO_DEVICE = "audio_device"
    ENGINE_LOST = "engine_lost"
    NOT_REGISTERED = "not_registered"
    TOO_MANY_CALLS = "too_many_calls"
    INVALID_NUMBER = "invalid_number"
    INTERNAL = "internal"
    OTHER = "other"


_BY_STATUS = {
    400: FailureCause.MALFORMED,
    401: FailureCause.AUTH_FAILED,
    402: FailureCause.FORBIDDEN,
    403: FailureCause.FORBIDDEN,
    404: FailureCause.NOT_FOUND,
    405: FailureCause.NOT_SUPPORTED,
    406: FailureCause.CODEC_MISMATCH,
    407: FailureCause.AUTH_FAILED,
    408: FailureCause.NO_ANSWER,
    410: FailureCause.GONE,
    413: FailureCause.NOT_SUPPORTED,
    414: FailureCause.ADDRESS_INCOMPLETE,
    415: FailureCause.CODEC_MISMATCH,
    416: FailureCause.ADDRESS_INCOMPLETE,
    420: FailureCause.NOT_SUPPORTED,
    421: FailureCause.NOT_SUPPORTED,
    422: FailureCause.NOT_SUPPORTED,
    423: FailureCause.NOT_SUPPORTED,
    433: FailureCause.ANONYMITY_DISALLOWED,
    480: FailureCause.UNAVAILABLE,
    481: FailureCause.SERVER_ERROR,
    482: FailureCause.LOOP,
    483: FailureCause.LOOP,
    484: FailureCause.ADDRESS_INCOMPLETE,
    485: FailureCause.ADDRESS_INCOMPLETE,
    486: FailureCause.BUSY,
    487: FailureCause.NONE,
    488: FailureCause.CODEC_MISMATCH,
    489: FailureCause.NOT_SUPPORTED,
    491: FailureCause.SERVER_ERROR,
    493: FailureCause.NOT_SUPPORTED,
    500: FailureCause.SERVER_ERROR,
    501: FailureCause.NOT_SUPPORTED,
    502: FailureCause.SERVER_ERROR,
    503: FailureCause.SERVER_UNREACHABLE,
    504: FailureCause.SERVER_TIMEOUT,
    505: FailureCause.NOT_SUPPORTED,
    513: FailureCause.NOT_SUPPORTED,
    580: FailureCause.NOT_SUPPORTED,
    600: FailureCause.BUSY,
    603: FailureCause.DECLINED,
    604: FailureCause.NOT_FOUND,
    606: FailureCause.CODEC_MISMATCH,
    607: FailureCause.DECLINED,
    608: FailureCause.DECLINED,
}

# ITU-T Q.850 cause values that say more than the status code they come with (RFC 3326, RFC 3398 §7.2.4.1).
_BY_Q850 = {
    1: FailureCause.NOT_FOUND,
    17: FailureCause.BUSY,
    18: FailureCause.NO_ANSWER,
    19: FailureCause.NO_ANSWER,
    20: FailureCause.UNAVAILABLE,
    21: FailureCause.DECLINED,
    22: FailureCause.GONE,
    27: FailureCause.UNAVAILABLE,
    28: FailureCause.ADDRESS_INCOMPLETE,
    34: FailureCause.SERVER_ERROR,
    38: FailureCause.SERVER_ERROR,
    41: FailureCause.SERVER_ERROR,
    42: FailureCause.SERVER_ERROR,
}


def failure_cause(status_code: int, q850_cause: int = 0) -> FailureCause:
    """The cause a final answer means. 0–299 and 487 are no failure.

    Source: RFC 3261 §21, RFC 5079, RFC 8197, RFC 8688; Q.850 wins only over the vague 480/500/503/603.
    """
    if status_code < 300:
        return FailureCause.NONE
    if q850_cause in _BY_Q850 and status_code in (480, 500, 503, 603):
        return _BY_Q850[q850_cause]
    if status_code in _BY_STATUS:
        return _BY_STATUS[status_code]
    if status_code < 400:
        return FailureCause.MOVED
    if 500 <= status_code < 600:
        return FailureCause.SERVER_ERROR
    return FailureCause.OTHER
