"""The desktop's own notifications, by desktop-notifier: D-Bus on Linux, WinRT on Windows, macOS's centre.

    main thread ─ show, withdraw ─▸ thread "notifications" (asyncio) ─▸ the desktop
                ◂─ dispatcher ─ the button that was pressed

The library is imported on that thread, when it is first needed: no start waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone.domain.desktop import Notification, NotifierState
from softphone.domain.ports import Dispatcher

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

_log = logging.getLogger(__name__)

ANSWER_LIMIT_S = 3.0
CLOSE_LIMIT_S = 0.5
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})  # a body may be read as markup


class NativeNotifier:
    """Implements ``domain.desktop.Notifier``. Thread: main; its own for everything of the library."""

    def __init__(self, dispatcher: Dispatcher, name: str, icon: Path) -> None:
        """``name`` and ``icon`` are what the desktop shows beside ours. Starts nothing."""
        self._dispatcher = dispatcher
        self._name = name
        self._icon = icon
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._library: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}  # our key, the library's; its thread alone

    def ask(self, done: Callable[[NotifierState], None]) -> None:
        """Find out whether notifications are shown, with buttons or without."""
        self._submit(self._ask(done))

    def show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        """Show one in place of the last with its key."""
        self._submit(self._show(notification, chosen))

    def withdraw(self, key: str) -> None:
        """Take one away."""
        if self._loop is not None:
            self._submit(self._withdraw(key))

    def close(self) -> None:
        """Take all away and end the thread; a desktop that hangs is not waited for."""
        if self._loop is None or self._thread is None:
            return
        self._submit(self._close())
        self._thread.join(CLOSE_LIMIT_S)
        self._loop = self._thread = None

    def _submit(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(
                target=_run, args=(self._loop,), name="notifications", daemon=True
            )
            self._thread.start()
        asyncio.run_coroutine_threadsafe(_logged(work), self._loop)

    # -- on the thread "notifications" -------------------------------------------------------------

    def _notifier(self) -> DesktopNotifier:
        if self._library is None:
            from desktop_notifier import DesktopNotifier, Icon

            self._library = DesktopNotifier(self._name, Icon(path=self._icon))
        return self._library

    async def _ask(self, done: Callable[[NotifierState], None]) -> None:
        from desktop_notifier import Capability

        state = NotifierState()
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                able = await self._notifier().get_capabilities()
                allowed = await self._notifier().has_authorisation()
            if Capability.TITLE in able:
                problem = "" if allowed else "not_allowed"
                state = NotifierState(problem=problem, actions=Capability.BUTTONS in able)
        except Exception as error:  # noqa: BLE001 - whatever a desktop's bus may raise
            _log.info("no notifications: %s: %s", type(error).__name__, error)
        self._dispatcher.post(lambda: done(state))

    async def _show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        import desktop_notifier as library

        await self._withdraw(notification.key)

        native: list[int] = []

        def told(code: str) -> Callable[[], None]:
            def tell() -> None:
                self._shown.pop(notification.key, None)
                self._dispatcher.post(lambda: chosen(code))
                self._submit(self._close_pressed(native))

            return tell

        buttons = tuple(library.Button(words, told(code), code) for code, words in notification.actions)
        urgency = library.Urgency.Critical if notification.urgent else library.Urgency.Normal
        shown = await self._notifier().send(
            notification.title,
            notification.body.translate(_PLAIN),
            urgency=urgency,
            buttons=buttons,
            on_clicked=told(""),
        )
        self._shown[notification.key] = shown
        native += self._native_id(shown)

    async def _withdraw(self, key: str) -> None:
        shown = self._shown.pop(key, "")
        if shown in await self._notifier().get_current_notifications():
            await self._notifier().clear(shown)

    def _native_id(self, shown: str) -> list[int]:
        """What the desktop calls a notification, where it is D-Bus's; none elsewhere."""
        backend = getattr(self._notifier(), "_backend", None)
        ids = getattr(backend, "_platform_to_interface_notification_identifier", None)
        inverse = getattr(ids, "inverse", {})
        return [inverse[shown]] if shown in inverse else []

    async def _close_pressed(self, native: list[int]) -> None:
        """Take away one that was pressed: dunst leaves it standing, and the library forgets its id."""
        interface: Any = getattr(getattr(self._notifier(), "_backend", None), "interface", None)
        for each in native:
            await interface.call_close_notification(each)

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(CLOSE_LIMIT_S):
                for key in tuple(self._shown):
                    await self._withdraw(key)
        finally:
            asyncio.get_running_loop().stop()


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    loop.run_forever()
    loop.close()


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - a notification less, never a phone less
        _log.warning("a notification failed: %s: %s", type(error).__name__, error)
