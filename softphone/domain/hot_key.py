"""Keys that work in every program: which there can be, how they are written and read.

``Ctrl+Alt+A`` is how they stand in the settings, whatever the system; a person reads ``hot_key_parts``.
"""

from __future__ import annotations

import msgspec

ACTIONS = ("answer", "hang_up", "mute", "dial_selection", "show_window")
MODIFIERS = ("ctrl", "alt", "shift", "meta")

_ALONE = ("Pause", "ScrollLock", *(f"F{number}" for number in range(13, 25)))
_FUNCTION = tuple(f"F{number}" for number in range(1, 25))
_LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_NAMED = ("Space", "Insert", "Delete", "Home", "End", "PageUp", "PageDown", "Left", "Right", "Up", "Down")
KEYS = (*_LETTERS, *_FUNCTION, *_NAMED, "Pause", "ScrollLock")

_RESERVED = frozenset({"Ctrl+Alt+Delete", "Alt+F4"} | {f"Ctrl+Alt+F{number}" for number in range(1, 13)})
_WORDS = {
    "darwin": {"ctrl": "⌃", "alt": "⌥", "shift": "⇧", "meta": "⌘"},
    "win32": {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "meta": "Win"},
    "linux": {"ctrl": "Ctrl", "alt": "Alt", "shift": "Shift", "meta": "Super"},
}


class HotKeyInvalid(Exception):
    """No key for the whole desktop. ``code``: key, few_modifiers (typing would press it), reserved."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class HotKey(msgspec.Struct, frozen=True, kw_only=True):
    """One of KEYS with the modifiers held down. ``meta`` is the Windows key, Super or ⌘."""

    key: str
    ctrl: bool = False
    alt: bool = False
    shift: bool = False
    meta: bool = False

    def __str__(self) -> str:
        return "+".join((*(name.capitalize() for name in self.modifiers), self.key))

    @property
    def modifiers(self) -> tuple[str, ...]:
        """Those held down, in the order of MODIFIERS."""
        return tuple(name for name in MODIFIERS if getattr(self, name))


def parse_hot_key(text: str) -> HotKey:
    """The key that ``text`` names. Errors: HotKeyInvalid."""
    *modifiers, key = (part.strip() for part in text.split("+"))
    held = [name.lower() for name in modifiers]
    known = {name.lower(): name for name in KEYS}
    if len(set(held)) != len(held) or not set(held) <= set(MODIFIERS) or key.lower() not in known:
        raise HotKeyInvalid("key")
    hot_key = HotKey(key=known[key.lower()], **dict.fromkeys(held, True))
    if problem := _problem(hot_key):
        raise HotKeyInvalid(problem)
    return hot_key


def hot_key_parts(hot_key: HotKey, platform: str) -> tuple[str, ...]:
    """Each key as it is written on the keys of this system; ``platform`` is ``sys.platform``."""
    names = _WORDS.get(platform, _WORDS["linux"])
    return (*(names[modifier] for modifier in hot_key.modifiers), hot_key.key)


def _problem(hot_key: HotKey) -> str:
    """Why it would be pressed by chance, or never reach us; "" where it is fine.

    Letters need two modifiers, since Ctrl with one is a key of nearly every program.
    """
    if str(hot_key) in _RESERVED:
        return "reserved"
    if hot_key.key in _ALONE:
        return ""
    held = hot_key.modifiers
    needed = 1 if hot_key.key in _FUNCTION else 2
    return "few_modifiers" if len(held) < needed or held == ("shift",) else ""
