"""Keys of the whole X11 desktop, held by a thread with a connection of its own.

wish ─▸ thread ─▸ X11Keyboard.grab ─▸ troubles
                  X11Keyboard.pressed ─▸ action

The library is loaded by the thread: a phone without hot keys has neither.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from softphone.desktop.mailbox import Mailbox
from softphone.domain.hot_key import HotKey
from softphone.domain.ports import Dispatcher

if TYPE_CHECKING:
    from softphone.desktop.x11_keyboard import X11Keyboard

CLOSE_WAIT_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Wish:
    """What is to be held from now on."""

    keys: Mapping[str, HotKey]
    pressed: Callable[[str], None]
    done: Callable[[Mapping[str, str]], None]


class X11HotKeys:
    """Implements ``domain.surroundings.HotKeys``. Thread: main; ``hot-keys`` once a key is wished for."""

    trouble = ""

    def __init__(self, dispatcher: Dispatcher, display: str) -> None:
        self._dispatcher = dispatcher
        self._display = display
        self._wishes: Mailbox[_Wish | None] | None = None
        self._thread: threading.Thread | None = None

    def hold(
        self,
        keys: Mapping[str, HotKey],
        pressed: Callable[[str], None],
        done: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Hold ``keys`` in place of those held until now."""
        wish = _Wish(dict(keys), pressed, done)
        if self._wishes is not None and self._wishes.put(wish):
            return
        if not keys:
            done({})
            return
        self._wishes = Mailbox()
        self._wishes.put(wish)
        self._thread = threading.Thread(
            target=self._serve, args=(self._wishes,), name="hot-keys", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Let all go; waits for it for a moment."""
        if self._wishes is not None and self._thread is not None:
            self._wishes.put(None)
            self._thread.join(CLOSE_WAIT_S)
        self._wishes = self._thread = None

    def _serve(self, wishes: Mailbox[_Wish | None]) -> None:
        """Thread: hot-keys."""
        from softphone.desktop.x11_keyboard import X11Keyboard, X11Lost

        wish: _Wish | None = None
        try:
            with contextlib.closing(X11Keyboard(self._display)) as keyboard:
                while (wish := self._next(wishes, keyboard, wish)) is not None:
                    self._obey(keyboard, wish)
                keyboard.release()
        except X11Lost as error:
            _log.warning("no hot keys any more: %s", error)
            for lost in (wish, *wishes.close()):
                if lost is not None:
                    self._answer(lost, dict.fromkeys(lost.keys, "lost"))
        wishes.close()

    def _next(self, wishes: Mailbox[_Wish | None], keyboard: X11Keyboard, wish: _Wish | None) -> _Wish | None:
        """The next wish; until then the keys held are told as they are pressed. Errors: X11Lost."""
        while True:
            with contextlib.suppress(queue.Empty):
                return wishes.take()
            for action in keyboard.pressed():
                self._press(wish, action)
            if keyboard.moved and wish is not None:
                return wish
            wishes.wait(keyboard.descriptor)

    def _obey(self, keyboard: X11Keyboard, wish: _Wish) -> None:
        keyboard.release()
        self._answer(wish, keyboard.grab(wish.keys))

    def _answer(self, wish: _Wish, troubles: Mapping[str, str]) -> None:
        self._dispatcher.post(lambda: wish.done(troubles))

    def _press(self, wish: _Wish | None, action: str) -> None:
        if wish is not None:
            self._dispatcher.post(lambda: wish.pressed(action))
