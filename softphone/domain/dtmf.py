"""DTMF: the sixteen telephone events 0–15 (RFC 4733 §3.2) and how they are sent."""

from __future__ import annotations

import enum

from softphone.domain.halfwidth import to_halfwidth

DIGITS = "0123456789*#ABCD"
PAUSE = ","
PAUSE_S = 2.0


class DtmfMethod(enum.Enum):
    """How a digit travels: RFC 4733 telephone-event, SIP INFO (application/dtmf-relay), or sound.

    Automatic: telephone-event where the far side agreed to it, else sound (ITU-T Q.23).
    """

    AUTO = "auto"
    TELEPHONE_EVENT = "telephone-event"
    INFO = "info"
    IN_BAND = "in-band"


def clean_digits(text: str, *, pauses: bool = False) -> str:
    """Upper-case half-width digits of ``text``, with ``pauses`` commas too.

    Errors: ValueError names the first character that is no DTMF digit.
    """
    digits = to_halfwidth(text).upper()
    allowed = DIGITS + PAUSE if pauses else DIGITS
    for char in digits:
        if char not in allowed:
            raise ValueError(char)
    return digits
