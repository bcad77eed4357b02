"""The verbs of ``softphone ctl``, in one table: the command line and the running phone both read it."""

from __future__ import annotations

import msgspec

REASONS = ("decline", "busy", "voicemail")
SWITCH = ("on", "off")


class ControlVerb(msgspec.Struct, frozen=True):
    """One verb. ``words`` are its positional arguments, ``?`` behind those that may be left out.

    ``choices`` limits the first of them. ``of_call``: it acts on a call, which ``--key`` names.
    """

    name: str
    words: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    of_call: bool = False


CONTROL_VERBS = (
    ControlVerb("status"),
    ControlVerb("calls"),
    ControlVerb("events"),
    ControlVerb("dial", ("number",)),
    ControlVerb("open", ("link?",)),
    ControlVerb("answer", of_call=True),
    ControlVerb("decline", ("reason?",), REASONS, of_call=True),
    ControlVerb("redirect", ("number",), of_call=True),
    ControlVerb("follow", ("choice",), ("yes", "no"), of_call=True),
    ControlVerb("hangup", of_call=True),
    ControlVerb("hangup-all"),
    ControlVerb("hold", of_call=True),
    ControlVerb("resume", of_call=True),
    ControlVerb("swap"),
    ControlVerb("mute", ("choice?",), (*SWITCH, "toggle"), of_call=True),
    ControlVerb("dtmf", ("digits",), of_call=True),
    ControlVerb("transfer", ("number",), of_call=True),
    ControlVerb("consult", ("number",), of_call=True),
    ControlVerb("complete", of_call=True),
    ControlVerb("join", ("other_key",), of_call=True),
    ControlVerb("cancel", of_call=True),
    ControlVerb("merge"),
    ControlVerb("split"),
    ControlVerb("leave"),
    ControlVerb("mute-party", ("choice?",), SWITCH, of_call=True),
    ControlVerb("record", ("choice?",), SWITCH, of_call=True),
    ControlVerb("park", ("slot?",), of_call=True),
    ControlVerb("retrieve", ("slot",)),
    ControlVerb("pickup", ("number?",)),
    ControlVerb("voicemail"),
    ControlVerb("hunt", ("choice",), SWITCH),
    ControlVerb("dnd", ("choice",), SWITCH),
    ControlVerb("forward", ("choice",), SWITCH),
    ControlVerb("watch", ("number",)),
    ControlVerb("unwatch", ("number",)),
    ControlVerb("quit", ("when?",), ("now",)),
)
