"""Other programs that play, by MPRIS (Media Player Remote Interfacing Specification 2.2) on the session bus.

pause ─▸ who is on the bus ─▸ PlaybackStatus "Playing" ─▸ Pause, remembered
resume ─▸ those remembered, still "Paused" and not touched since ─▸ Play
"""

from __future__ import annotations

import logging

from jeepney import HeaderFields, MatchRule, Message

from softphone.desktop.bus import BusFailed, BusTalk, BusThread

PREFIX = "org.mpris.MediaPlayer2."
PATH = "/org/mpris/MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"
CLOSE_WAIT_S = 1.0

_log = logging.getLogger(__name__)


class MprisPlayers:
    """Implements ``domain.surroundings.MediaPlayers``. Thread: main; ``media`` from a call to its end."""

    trouble = ""

    def __init__(self, bus: str = "SESSION") -> None:
        self._bus = bus
        self._thread: BusThread | None = None
        self._paused: dict[str, str] = {}  # unique name → bus name; touched by the thread alone

    def pause(self) -> None:
        """Pause what plays."""
        if self._thread is None:
            self._thread = BusThread("media", self._bus)
            self._thread.run(self._listen)
        self._thread.run(self._pause)

    def resume(self) -> None:
        """Have those go on that we paused, and rest until the next call."""
        if self._thread is not None:
            self._thread.run(self._resume)
            self._thread.close()
            self._thread = None

    def close(self) -> None:
        """Have them go on; waits for it for a moment, since the program ends."""
        thread = self._thread
        self.resume()
        if thread is not None:
            thread.close(CLOSE_WAIT_S)

    def _listen(self, talk: BusTalk) -> None:
        changed = MatchRule(
            type="signal", interface="org.freedesktop.DBus.Properties", member="PropertiesChanged", path=PATH
        )
        talk.listen(changed, self._changed)

    def _pause(self, talk: BusTalk) -> None:
        for name in talk.names():
            if not name.startswith(PREFIX):
                continue
            try:
                if talk.get(name, PATH, PLAYER, "PlaybackStatus") != "Playing":
                    continue
                owner = talk.owner(name)
                if talk.get(name, PATH, PLAYER, "CanPause") and owner not in self._paused:
                    talk.ask(name, PATH, PLAYER, "Pause")
                    self._paused[owner] = name
            except BusFailed as error:  # one player that hangs keeps no other from being paused
                _log.info("%s was not paused: %s", name, error)

    def _resume(self, talk: BusTalk) -> None:
        talk.hear()
        for name in self._paused.values():
            try:
                if talk.get(name, PATH, PLAYER, "PlaybackStatus") == "Paused":
                    talk.ask(name, PATH, PLAYER, "Play")
            except BusFailed as error:
                _log.info("%s does not go on: %s", name, error)
        self._paused.clear()

    def _changed(self, signal: Message) -> None:
        """One that we paused does something else by now: the user has it in hand."""
        interface, changed, _ = signal.body
        status = changed.get("PlaybackStatus") if interface == PLAYER else None
        if status is not None and status[1] != "Paused":
            self._paused.pop(signal.header.fields.get(HeaderFields.sender, ""), None)
