"""Errors of the engine: pjsua2's turned into codes, and callbacks that never let one out.

``str(pj.Error)`` is empty and an exception in a callback is only printed by SWIG, so every override is
``guarded`` and every library call of ours runs inside ``pj_call``.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pjsua2 as pj

from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed

LOGGER = logging.getLogger("softphone.engine")

PJ_ETOOMANY = 70010
PJ_EBUSY = 70011
PJSIP_EBUSY = 171001
PJSIP_EINVALIDURI = 171039
PJSIP_EINVALIDREQURI = 171042
PJMEDIA_RTP_EREMNORFC2833 = 220107

_CAUSES = {
    PJ_ETOOMANY: FailureCause.TOO_MANY_CALLS,
    PJSIP_EINVALIDURI: FailureCause.INVALID_NUMBER,
    PJSIP_EINVALIDREQURI: FailureCause.INVALID_NUMBER,
    PJMEDIA_RTP_EREMNORFC2833: FailureCause.NOT_SUPPORTED,
}

P = ParamSpec("P")
R = TypeVar("R")


class EngineError(Exception):
    """Something could not be done; ``cause`` says it in the phone's words, ``detail`` in the library's."""

    def __init__(self, cause: FailureCause, detail: str = "", *, status: int = 0) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail
        self.status = status


def pj_call(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call the library. Errors: EngineError instead of pj.Error, holding no pj object."""
    try:
        return function(*args, **kwargs)
    except pj.Error as error:
        status, detail = int(error.status), f"{error.title} {error.reason}".strip()
    raise EngineError(_CAUSES.get(status, FailureCause.INTERNAL), detail, status=status)


def command_failed(command: str, error: EngineError, key: str = "") -> CommandFailed:
    """The event for a command that could not be carried out."""
    return CommandFailed(command=command, cause=error.cause, key=key, detail=error.detail)


def log_exception(where: str) -> None:
    """Log the exception being handled, with its traceback; pj.Error in words."""
    LOGGER.exception("in %s", where)


def guarded(method: Callable[P, None]) -> Callable[P, None]:
    """A pjsua2 override that logs instead of raising into C++."""

    @functools.wraps(method)
    def wrapper(*args: Any, **kwargs: Any) -> None:
        try:
            method(*args, **kwargs)
        except pj.Error as error:
            LOGGER.error("in %s: %s %s", method.__name__, error.title, error.reason)
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception(method.__name__)

    return wrapper
