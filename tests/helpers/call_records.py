"""Calls that are over, as the history has them."""

from __future__ import annotations

from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import Direction
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.uri import Party


def record(key: str, number: str, at_s: float, **fields: object) -> CallRecord:
    """A call that was answered here and took five and a half minutes, but for ``fields``."""
    values: dict[str, object] = {
        "key": key,
        "account_key": MAIN_ACCOUNT,
        "direction": Direction.RECIPIENT,
        "remote": Party(f"sip:{number}@pbx.example.jp", "", number),
        "result": CallResult.ANSWERED,
        "cause": FailureCause.NONE,
        "status_code": 0,
        "started_at_s": at_s,
        "duration_s": 332.0,
        "codec": "G722",
        "mos": 4.2,
        "called": "201",
        "seen": True,
    }
    return CallRecord(**(values | fields))  # type: ignore[arg-type]


def unanswered(key: str, number: str, at_s: float, result: CallResult, **fields: object) -> CallRecord:
    """A call nobody talked on."""
    return record(key, number, at_s, result=result, **({"duration_s": 0.0, "codec": "", "mos": 0.0} | fields))
