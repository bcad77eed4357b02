"""The administrator's policy: what this phone's user may not switch on. Read once, at the start."""

from __future__ import annotations

import msgspec


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What is allowed. ``hooks_allowed``: settings may name programs that run on a call.

    ``updates_allowed``: the phone looks for new versions of itself.
    """

    recording_allowed: bool = True
    hooks_allowed: bool = True
    updates_allowed: bool = True


MOST_RESTRICTED = Policy(recording_allowed=False, hooks_allowed=False, updates_allowed=False)
