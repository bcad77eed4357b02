"""The desktop's own notifications, by desktop-notifier: D-Bus on Linux, WinRT on Windows, macOS's centre.

    main thread ─ show, withdraw ─▸ thread "notifications" (asyncio) ─▸ the desktop
                ◂─ dispatcher ─ the button that was pressed

The library and asyncio are imported on that thread, when they are first needed: no start waits for them.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from softphone.domain.desktop import Notification, NotifierState
from softphone.domain.ports import Dispatcher

if TYPE_CHECKING:
    import asyncio

    from desktop_notifier import DesktopNotifier

_log = logging.getLogger(__name__)

ANSWER_LIMIT_S = 3.0
CLOSE_LIMIT_S = 0.5
Work = Coroutine[Any, Any, None]
_PLAIN = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})  # a body may be read as markup


class NativeNotifier:
    """Implements ``domain.desktop.Notifier``. Thread: main; its own for everything of the library."""

    def __init__(self, dispatcher: Dispatcher, name: str, icon: Path) -> None:
        """``name`` and ``icon`` are what the desktop shows beside ours. Starts nothing."""
        self._dispatcher = dispatcher
        self._name = name
        self._icon = icon
        self._state = NotifierState()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._lock = threading.Lock()  # over the loop and what waits for it
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[Work] = []
        self._library: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}  # our key, the library's; its thread alone

    @property
    def state(self) -> NotifierState:
        """What ``ask`` found last."""
        return self._state

    def ask(self, done: Callable[[], None]) -> None:
        """Find out whether notifications are shown, with buttons or without."""
        self._submit(self._ask(done))

    def show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        """Show one in place of the last with its key."""
        self._submit(self._show(notification, chosen))

    def withdraw(self, key: str) -> None:
        """Take one away."""
        if self._thread is not None:
            self._submit(self._withdraw(key))

    def close(self) -> None:
        """Take all away and end the thread; a desktop that hangs is not waited for."""
        if self._thread is not None and not self._closed:
            self._submit(self._withdraw_all())
            self._closed = True
            with self._lock:
                if self._loop is not None:
                    self._loop.call_soon_threadsafe(self._queue.put_nowait, None)
            self._thread.join(CLOSE_LIMIT_S)

    def _submit(self, work: Work) -> None:
        if self._closed:
            work.close()
            return
        with self._lock:
            if self._loop is None:
                self._waiting.append(work)
            else:
                self._loop.call_soon_threadsafe(self._queue.put_nowait, work)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)
            self._thread.start()

    # -- on the thread "notifications" -------------------------------------------------------------

    def _run(self) -> None:
        import asyncio

        asyncio.run(self._serve())

    async def _serve(self) -> None:
        """One thing after the other: what is taken away was shown before."""
        import asyncio

        self._queue: asyncio.Queue[Work | None] = asyncio.Queue()
        with self._lock:
            self._loop = asyncio.get_running_loop()
            for waiting in self._waiting:
                self._queue.put_nowait(waiting)
            if self._closed:
                self._queue.put_nowait(None)
        while (work := await self._queue.get()) is not None:
            try:
                async with asyncio.timeout(ANSWER_LIMIT_S):
                    await work
            except Exception as error:  # noqa: BLE001 - a notification less, never a phone less
                _log.warning("a notification failed: %s: %s", type(error).__name__, error)
        with self._lock:
            self._loop = None

    def _notifier(self) -> DesktopNotifier:
        if self._library is None:
            from desktop_notifier import DesktopNotifier, Icon

            self._library = DesktopNotifier(self._name, Icon(path=self._icon))
        return self._library

    async def _ask(self, done: Callable[[], None]) -> None:
        from desktop_notifier import Capability

        state = NotifierState()
        try:
            able = await self._notifier().get_capabilities()
            allowed = await self._notifier().has_authorisation()
            if Capability.TITLE in able:
                problem = "" if allowed else "not_allowed"
                state = NotifierState(problem=problem, actions=Capability.BUTTONS in able)
        except Exception as error:  # noqa: BLE001 - whatever a desktop's bus may raise
            _log.info("no notifications: %s: %s", type(error).__name__, error)

        def answered() -> None:
            self._state = state
            done()

        self._dispatcher.post(answered)

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

    async def _withdraw_all(self) -> None:
        for key in tuple(self._shown):
            await self._withdraw(key)
