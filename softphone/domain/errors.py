"""Why a call could not be: one code for every way it fails, from status code, Reason and Warning.

The words for each code live in the translation files under ``[failure]``; these tables only decide which.
"""

from __future__ import annotations

import enum


class FailureCause(enum.Enum):
    """One sentence and one next step each."""

    NONE = ""
    BUSY = "busy"
    DECLINED = "declined"
    UNWANTED = "unwanted"  # they (607) or somebody for them (608) refuse this caller
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"  # known, but no phone of theirs is there
    GONE = "gone"
    ADDRESS_INCOMPLETE = "address_incomplete"
    AMBIGUOUS = "ambiguous"
    AUTH_FAILED = "auth_failed"
    FORBIDDEN = "forbidden"
    PAYMENT_REQUIRED = "payment_required"
    BARRED = "barred"  # they, or their line, take no calls
    CONSENT_NEEDED = "consent_needed"
    IDENTITY_REFUSED = "identity_refused"  # who calls is not proven to the server
    CODEC_MISMATCH = "codec_mismatch"
    NETWORK_MISMATCH = "network_mismatch"  # IPv4 and IPv6, transports: no common way
    BANDWIDTH = "bandwidth"
    ENCRYPTION_REQUIRED = "encryption_required"
    ENCRYPTION_REFUSED = "encryption_refused"
    NOT_SUPPORTED = "not_supported"
    CONGESTION = "congestion"
    SERVER_ERROR = "server_error"
    SERVER_TIMEOUT = "server_timeout"
    SERVER_UNREACHABLE = "server_unreachable"
    NO_NETWORK = "no_network"
    MOVED = "moved"
    LOOP = "loop"
    ANONYMITY_DISALLOWED = "anonymity_disallowed"
    CALL_GONE = "call_gone"  # the server knows nothing of this call (any more)
    COLLISION = "collision"  # both sides changed the call at once
    MALFORMED = "malformed"
    AUDIO_DEVICE = "audio_device"
    MEDIA_TIMEOUT = "media_timeout"  # their packets stayed away for too long
    ENGINE_LOST = "engine_lost"
    NOT_REGISTERED = "not_registered"
    TOO_MANY_CALLS = "too_many_calls"
    TOO_MANY_SUBSCRIPTIONS = "too_many_subscriptions"
    INVALID_NUMBER = "invalid_number"
    INTERNAL = "internal"
    OTHER = "other"


# RFC 3261 §21 and the status codes registered since; what is not here falls to its class.
_BY_STATUS = {
    300: FailureCause.MOVED,
    301: FailureCause.MOVED,
    302: FailureCause.MOVED,
    305: FailureCause.MOVED,
    380: FailureCause.MOVED,
    400: FailureCause.MALFORMED,
    401: FailureCause.AUTH_FAILED,
    402: FailureCause.PAYMENT_REQUIRED,
    403: FailureCause.FORBIDDEN,
    404: FailureCause.NOT_FOUND,
    405: FailureCause.NOT_SUPPORTED,
    406: FailureCause.CODEC_MISMATCH,
    407: FailureCause.AUTH_FAILED,
    408: FailureCause.NO_ANSWER,
    409: FailureCause.SERVER_ERROR,  # RFC 2543
    410: FailureCause.GONE,
    411: FailureCause.MALFORMED,  # RFC 2543
    412: FailureCause.SERVER_ERROR,  # RFC 3903
    413: FailureCause.NOT_SUPPORTED,
    414: FailureCause.ADDRESS_INCOMPLETE,
    415: FailureCause.CODEC_MISMATCH,
    416: FailureCause.ADDRESS_INCOMPLETE,
    417: FailureCause.NOT_SUPPORTED,  # RFC 4412
    420: FailureCause.NOT_SUPPORTED,
    421: FailureCause.NOT_SUPPORTED,
    422: FailureCause.NOT_SUPPORTED,  # RFC 4028
    423: FailureCause.NOT_SUPPORTED,
    424: FailureCause.NOT_SUPPORTED,  # RFC 6442
    425: FailureCause.NOT_SUPPORTED,  # RFC 8876
    428: FailureCause.IDENTITY_REFUSED,  # RFC 8224
    429: FailureCause.IDENTITY_REFUSED,  # RFC 3892
    430: FailureCause.SERVER_UNREACHABLE,  # RFC 5626
    433: FailureCause.ANONYMITY_DISALLOWED,  # RFC 5079
    436: FailureCause.IDENTITY_REFUSED,  # RFC 8224
    437: FailureCause.IDENTITY_REFUSED,
    438: FailureCause.IDENTITY_REFUSED,
    439: FailureCause.NOT_SUPPORTED,  # RFC 5626
    440: FailureCause.LOOP,  # RFC 5393
    469: FailureCause.NOT_SUPPORTED,  # RFC 6086
    470: FailureCause.CONSENT_NEEDED,  # RFC 5360
    480: FailureCause.UNAVAILABLE,
    481: FailureCause.CALL_GONE,
    482: FailureCause.LOOP,
    483: FailureCause.LOOP,
    484: FailureCause.ADDRESS_INCOMPLETE,
    485: FailureCause.AMBIGUOUS,
    486: FailureCause.BUSY,
    487: FailureCause.NONE,
    488: FailureCause.CODEC_MISMATCH,
    489: FailureCause.NOT_SUPPORTED,  # RFC 6665
    491: FailureCause.COLLISION,
    493: FailureCause.NOT_SUPPORTED,
    494: FailureCause.ENCRYPTION_REQUIRED,  # RFC 3329
    500: FailureCause.SERVER_ERROR,
    501: FailureCause.NOT_SUPPORTED,
    502: FailureCause.SERVER_ERROR,
    503: FailureCause.CONGESTION,
    504: FailureCause.SERVER_TIMEOUT,
    505: FailureCause.NOT_SUPPORTED,
    513: FailureCause.NOT_SUPPORTED,
    555: FailureCause.NOT_SUPPORTED,  # RFC 8599
    580: FailureCause.BANDWIDTH,  # RFC 3312
    600: FailureCause.BUSY,
    603: FailureCause.DECLINED,
    604: FailureCause.NOT_FOUND,
    606: FailureCause.CODEC_MISMATCH,
    607: FailureCause.UNWANTED,  # RFC 8197
    608: FailureCause.UNWANTED,  # RFC 8688
    687: FailureCause.CALL_GONE,  # "Dialog Terminated", not registered
}

# ITU-T Q.850 cause values that say more than the status code they come with (RFC 3326, RFC 3398 §7.2.4.1).
_BY_Q850 = {
    1: FailureCause.NOT_FOUND,
    2: FailureCause.NOT_FOUND,
    3: FailureCause.NOT_FOUND,
    4: FailureCause.UNAVAILABLE,  # send special information tone
    5: FailureCause.ADDRESS_INCOMPLETE,  # misdialled trunk prefix
    8: FailureCause.CONGESTION,  # preemption
    9: FailureCause.CONGESTION,
    14: FailureCause.GONE,  # ported number
    17: FailureCause.BUSY,
    18: FailureCause.NO_ANSWER,
    19: FailureCause.NO_ANSWER,
    20: FailureCause.UNAVAILABLE,
    21: FailureCause.DECLINED,
    22: FailureCause.GONE,
    23: FailureCause.MOVED,
    25: FailureCause.LOOP,  # exchange routing error
    27: FailureCause.UNAVAILABLE,
    28: FailureCause.ADDRESS_INCOMPLETE,
    29: FailureCause.NOT_SUPPORTED,
    34: FailureCause.CONGESTION,  # no circuit
    38: FailureCause.SERVER_ERROR,  # network out of order
    41: FailureCause.SERVER_ERROR,
    42: FailureCause.CONGESTION,
    43: FailureCause.SERVER_ERROR,
    44: FailureCause.CONGESTION,
    46: FailureCause.CONGESTION,
    47: FailureCause.CONGESTION,
    49: FailureCause.BANDWIDTH,
    50: FailureCause.FORBIDDEN,  # facility not subscribed
    52: FailureCause.FORBIDDEN,  # outgoing calls barred
    53: FailureCause.FORBIDDEN,
    54: FailureCause.BARRED,  # incoming calls barred
    55: FailureCause.BARRED,
    57: FailureCause.FORBIDDEN,
    58: FailureCause.CONGESTION,
    62: FailureCause.FORBIDDEN,
    63: FailureCause.NOT_SUPPORTED,
    65: FailureCause.CODEC_MISMATCH,
    66: FailureCause.NOT_SUPPORTED,
    69: FailureCause.NOT_SUPPORTED,
    70: FailureCause.CODEC_MISMATCH,
    79: FailureCause.NOT_SUPPORTED,
    81: FailureCause.CALL_GONE,
    82: FailureCause.CALL_GONE,
    83: FailureCause.CALL_GONE,
    84: FailureCause.CALL_GONE,
    85: FailureCause.CALL_GONE,
    86: FailureCause.CALL_GONE,
    87: FailureCause.FORBIDDEN,  # not a member of the closed user group
    88: FailureCause.CODEC_MISMATCH,
    90: FailureCause.NOT_FOUND,
    91: FailureCause.NOT_FOUND,
    95: FailureCause.MALFORMED,
    96: FailureCause.MALFORMED,
    97: FailureCause.NOT_SUPPORTED,
    98: FailureCause.MALFORMED,
    99: FailureCause.NOT_SUPPORTED,
    100: FailureCause.MALFORMED,
    101: FailureCause.MALFORMED,
    102: FailureCause.SERVER_TIMEOUT,
    103: FailureCause.NOT_SUPPORTED,
    110: FailureCause.NOT_SUPPORTED,
    111: FailureCause.SERVER_ERROR,
    127: FailureCause.SERVER_ERROR,
}

# RFC 3261 §20.43 and RFC 5630 §5.1.2; 399 says anything and so nothing.
_BY_WARNING = {
    300: FailureCause.NETWORK_MISMATCH,
    301: FailureCause.NETWORK_MISMATCH,
    302: FailureCause.NETWORK_MISMATCH,
    303: FailureCause.BANDWIDTH,
    304: FailureCause.CODEC_MISMATCH,
    305: FailureCause.CODEC_MISMATCH,
    306: FailureCause.CODEC_MISMATCH,
    307: FailureCause.CODEC_MISMATCH,
    330: FailureCause.NETWORK_MISMATCH,
    331: FailureCause.NETWORK_MISMATCH,
    370: FailureCause.BANDWIDTH,
    380: FailureCause.ENCRYPTION_REFUSED,
    381: FailureCause.ENCRYPTION_REQUIRED,
}

_VAGUE_TO_Q850 = frozenset((400, 403, 480, 500, 502, 503, 504, 580, 603))
_VAGUE_TO_WARNING = frozenset((400, 403, 406, 415, 480, 488, 500, 580, 606))


def failure_cause(status_code: int, q850_cause: int = 0, warning: int = 0) -> FailureCause:
    """The cause a final answer means. 0–299 and 487 are no failure.

    ``q850_cause`` (Reason header) and ``warning`` (Warning header) count where the code is vague; 0: none.
    Source: RFC 3261 §21 and §20.43, RFC 3326, ITU-T Q.850.
    """
    if status_code < 300:
        return FailureCause.NONE
    if q850_cause in _BY_Q850 and status_code in _VAGUE_TO_Q850:
        return _BY_Q850[q850_cause]
    if warning in _BY_WARNING and status_code in _VAGUE_TO_WARNING:
        return _BY_WARNING[warning]
    if status_code in _BY_STATUS:
        return _BY_STATUS[status_code]
    if status_code < 400:
        return FailureCause.MOVED
    if 500 <= status_code < 600:
        return FailureCause.SERVER_ERROR
    return FailureCause.OTHER
