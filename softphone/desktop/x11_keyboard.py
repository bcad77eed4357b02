"""The keyboard of an X11 display and what is grabbed of it: XGrabKey on the root window. Only home of Xlib.

A key is grabbed once for each state of CapsLock and NumLock, which X takes for modifiers. A held key
repeats as release and press at one time; only the first press counts.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Mapping

from Xlib import XK, X
from Xlib.display import Display
from Xlib.error import BadAccess, CatchError, ConnectionClosedError, DisplayError
from Xlib.protocol.event import KeyPress, KeyRelease, MappingNotify

from softphone.domain.hot_key import HotKey

REPEAT_MS = 1

_MASKS = {"ctrl": X.ControlMask, "alt": X.Mod1Mask, "shift": X.ShiftMask, "meta": X.Mod4Mask}
_KEYSYMS = {
    "PageUp": "Prior",
    "PageDown": "Next",
    "ScrollLock": "Scroll_Lock",
    "Space": "space",
}


class X11Lost(Exception):
    """There is no display, or it ended."""


@contextlib.contextmanager
def _told_as_lost() -> Iterator[None]:
    try:
        yield
    except (DisplayError, ConnectionClosedError, OSError) as error:
        raise X11Lost(str(error)) from error


class X11Keyboard:
    """One connection's. Thread: hot-keys.

    ``moved``: keys that are grabbed stand elsewhere now and must be grabbed anew. A keyboard is mapped anew
    with every device that is used, mostly as it was: then the grabs stay, and no key is lost meanwhile.
    Errors of everything: X11Lost where the display is gone.
    """

    def __init__(self, display: str) -> None:
        with _told_as_lost():
            self._display = Display(display)
        self.moved = False
        self._keys: dict[str, HotKey] = {}
        self._grabbed: dict[tuple[int, int], str] = {}
        self._released_ms: dict[int, int] = {}
        self._placed: tuple[object, ...] = ()

    def close(self) -> None:
        """Let the display go."""
        with contextlib.suppress(ConnectionClosedError, OSError):
            self._display.close()

    @property
    def descriptor(self) -> int:
        """What can be waited for."""
        return int(self._display.fileno())

    @_told_as_lost()
    def grab(self, keys: Mapping[str, HotKey]) -> dict[str, str]:
        """Grab them; a code for each that could not be had."""
        self.moved = False
        self._keys = dict(keys)
        self._placed = self._places()
        troubles = {}
        for action, hot_key in keys.items():
            code, mask = self._place(hot_key)
            if not code:
                troubles[action] = "no_key"
            elif self._grab(code, mask):
                self._grabbed[code, mask] = action
            else:
                troubles[action] = "taken"
        return troubles

    @_told_as_lost()
    def release(self) -> None:
        """Let all go."""
        for code, _ in self._grabbed:
            self._root.ungrab_key(code, X.AnyModifier)
        self._grabbed.clear()
        self._display.sync()

    @_told_as_lost()
    def pressed(self) -> list[str]:
        """The actions whose keys were pressed since the last time."""
        actions = []
        while self._display.pending_events():
            event = self._display.next_event()
            if isinstance(event, MappingNotify):
                self._display.refresh_keyboard_mapping(event)
                self.moved = self._places() != self._placed
            elif isinstance(event, KeyPress):
                repeats = event.time - self._released_ms.get(event.detail, -1 - REPEAT_MS) <= REPEAT_MS
                action = self._grabbed.get((event.detail, event.state & self._asked))
                if action is not None and not repeats:
                    actions.append(action)
            elif isinstance(event, KeyRelease):
                self._released_ms[event.detail] = event.time
        return actions

    def _place(self, hot_key: HotKey) -> tuple[int, int]:
        """Its key code, 0 for none, and the modifiers it wants."""
        keysym = XK.string_to_keysym(_KEYSYMS.get(hot_key.key, hot_key.key))
        return self._display.keysym_to_keycode(keysym), sum(_MASKS[name] for name in hot_key.modifiers)

    def _places(self) -> tuple[object, ...]:
        """Where everything is that ``grab`` goes by."""
        return self._locks(), *(self._place(hot_key) for hot_key in self._keys.values())

    @property
    def _asked(self) -> int:
        """The modifiers that a hot key asks for; locks and the rest do not matter."""
        return sum(_MASKS.values())

    def _grab(self, code: int, mask: int) -> bool:
        refused = CatchError(BadAccess)
        for lock in self._locks():
            self._root.grab_key(code, mask | lock, False, X.GrabModeAsync, X.GrabModeAsync, onerror=refused)
        self._display.sync()
        if refused.get_error() is None:
            return True
        self._ungrab(code, mask)
        return False

    def _ungrab(self, code: int, mask: int) -> None:
        for lock in self._locks():
            self._root.ungrab_key(code, mask | lock)

    def _locks(self) -> tuple[int, ...]:
        """Every state of the keys that lock: none, CapsLock, NumLock, both."""
        number_lock = self._display.keysym_to_keycode(XK.string_to_keysym("Num_Lock"))
        masks = [X.LockMask]
        for place, codes in enumerate(self._display.get_modifier_mapping()):
            if number_lock and number_lock in codes:
                masks.append(1 << place)
        sums = (sum(some) for size in range(len(masks) + 1) for some in itertools.combinations(masks, size))
        return tuple(sums)

    @property
    def _root(self):  # type: ignore[no-untyped-def]
        return self._display.screen().root
