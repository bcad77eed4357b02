"""Commands carried out: accounts, calls, sound. What fails becomes CommandFailed, never an exception."""

from __future__ import annotations

import gc
from collections.abc import Callable

import msgspec

from softphone.domain import commands as c
from softphone.domain.account import Account, RegistrationCause, RegistrationState
from softphone.domain.dtmf import clean_digits
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    AudioDevicesChanged,
    CommandFailed,
    RegistrationChanged,
)
from softphone.domain.ports import EventSink
from softphone.domain.sound import AudioEndpoint, OpenRecording
from softphone.engine.account import IncomingInvite, PjAccount, PjRegistrar, called_user
from softphone.engine.call_media import CallMedia
from softphone.engine.call_table import CallTable
from softphone.engine.endpoint import CLOCK_LINGER_S, PjEndpoint, check_account_room
from softphone.engine.errors import LOGGER, EngineError, command_failed, log_exception
from softphone.engine.media_port import MediaPort
from softphone.engine.reachability import Found, Reachability
from softphone.engine.registration import Registration
from softphone.engine.schedule import Schedule, ScheduledCall
from softphone.engine.side_work import SideWork
from softphone.engine.subscriber import Subscriber
from softphone.engine.translate import RegistrationAnswer

REPLACE_WAIT_S = 1.0  # for the old registrar's answer before the new one is asked

_CAUSE_OF_UNREGISTERED = {
    RegistrationState.AUTH_FAILED: FailureCause.AUTH_FAILED,
    RegistrationState.NO_NETWORK: FailureCause.NO_NETWORK,
    RegistrationState.UNREACHABLE: FailureCause.SERVER_UNREACHABLE,
    RegistrationState.REGISTERING: FailureCause.NOT_REGISTERED,
    RegistrationState.UNREGISTERED: FailureCause.NOT_REGISTERED,
}


class _Line(msgspec.Struct):
    """One account: its registration and its object in the library."""

    registration: Registration
    registrar: PjRegistrar
    on_unregistered: Callable[[], None] | None = None


class PhoneLine:
    """Thread: engine, all of it."""

    def __init__(
        self,
        *,
        endpoint: PjEndpoint,
        audio: AudioEndpoint,
        schedule: Schedule,
        emit: EventSink,
        open_recording: OpenRecording,
        side_work: SideWork,
    ) -> None:
        self.endpoint = endpoint
        self.reachability = Reachability()
        self.subscriber = Subscriber(emit)
        self._audio = audio
        self._schedule = schedule
        self._emit = emit
        self._side_work = side_work
        self._config: c.Configure | None = None
        self._lines: dict[str, _Line] = {}
        self._clock_stop: ScheduledCall | None = None
        self._port: MediaPort | None = MediaPort(audio)
        self._media = CallMedia(
            audio=audio,
            port=self._port,
            schedule=schedule,
            emit=emit,
            open_recording=open_recording,
            on_dead=lambda key: self.calls.endings.end_with(key, FailureCause.MEDIA_TIMEOUT),
        )
        self.calls = CallTable(
            media=self._media,
            schedule=schedule,
            emit=emit,
            account_of=self._pj_account,
            on_count=self._calls_counted,
        )
        endpoint.listen(on_busy=self._library_refused, on_cancel=lambda m: self.calls.cancelled(m))
        self._handlers = self._command_handlers()

    def take(self, command: c.AnyCommand) -> None:
        """Carry out one command; whatever fails is told by CommandFailed."""
        name = type(command).__name__
        key = getattr(command, "key", getattr(command, "account_key", ""))
        try:
            if self._config is None and not isinstance(command, c.Configure):
                raise EngineError(FailureCause.INTERNAL, "Configure has to come first")
            self._handlers[type(command)](command)
        except EngineError as error:
            self._emit(command_failed(name, error, key))
        except Exception as error:  # noqa: BLE001 - nothing may leave here
            log_exception(name)
            self._emit(
                CommandFailed(command=name, cause=FailureCause.INTERNAL, key=key, detail=type(error).__name__)
            )

    # -- the end -----------------------------------------------------------------------------------

    def hangup_all(self) -> None:
        """End every call."""
        self.calls.endings.hangup_all()

    def has_no_calls(self) -> bool:
        """No call is left, not even one that only waits for its last answer, and no recording of one."""
        return self.calls.lines.slots_used == 0 and not self._media.recorder.is_finishing

    def set_post(self, post: Callable[[Callable[[], None]], None]) -> None:
        """Where the news of other threads go, known once the loop is there."""
        self.reachability.set_post(post)
        self._media.recorder.set_post(post)

    def unregister_all(self) -> None:
        """Take every binding back, end every subscription."""
        self.subscriber.stop_soon()
        for line in self._lines.values():
            was_registered = line.registration.is_registered
            line.registration.stop()
            if was_registered and line.registrar.unregister():
                line.on_unregistered = lambda: None

    def is_quiet(self) -> bool:
        """No answer to an unregistration is waited for any more."""
        unregistered = all(line.on_unregistered is None for line in self._lines.values())
        return unregistered and self.subscriber.is_stopped

    def close(self) -> None:
        """Drop every object and end the library, in the order it needs."""
        self.endpoint.hangup_all()
        self.calls.lines.drop_all()
        self._media.close()
        self._port = None
        self.subscriber.close()
        for line in self._lines.values():
            line.registration.stop()
            line.registrar.close()
        self._lines.clear()
        del self._media, self.calls
        self._handlers.clear()
        gc.unfreeze()
        gc.collect()
        self.endpoint.destroy()

    def _command_handlers(self) -> dict[type, Callable[..., None]]:
        """What carries out each command; what changes one value only stands here."""
        return {
            c.Configure: self._configure,
            c.ConfigureAudio: lambda command: self._audio.configure(command.audio),
            c.SetAccount: self._set_account,
            c.RemoveAccount: self._remove_account,
            c.Watch: self._watch,
            c.SetPresence: self._set_presence,
            c.Unwatch: lambda command: self.subscriber.unwatch(command.account_key, command.uri),
            c.Register: self._register,
            c.MakeCall: self._make_call,
            c.Answer: self.calls.answer,
            c.Hangup: self.calls.endings.hangup,
            c.Redirect: self.calls.endings.redirect,
            c.FollowRedirect: lambda command: self.calls.outgoing.follow(command.key, command.follow),
            c.TransferCall: self.calls.transfers.start,
            c.CancelTransfer: lambda command: self.calls.transfers.cancel(command.key),
            c.SetHold: self._set_hold,
            c.SetMute: self._set_mute,
            c.SendDtmf: self._send_dtmf,
            c.SetConference: lambda command: self._media.conference.set_members(command.keys),
            c.SetPartyMute: lambda command: self._media.conference.set_party_mute(command.key, command.muted),
            c.StartRecording: self._media.recorder.start,
            c.StopRecording: lambda command: self._media.recorder.stop(command.key),
            c.PlayTone: lambda command: self._audio.play_tone(command.tone, command.role, command.digit),
            c.StopTone: lambda command: self._audio.stop_tone(command.role),
            c.ListDevices: lambda _: self._emit(AudioDevicesChanged(devices=self._audio.devices())),
            c.MeterLevels: lambda command: self._audio.meter(command.on),
            c.CompareRecordings: self._side_work.compare,
            c.DescribeEngine: lambda _: self._side_work.describe(self.endpoint.describe()),
        }

    # -- settings and sound ------------------------------------------------------------------------

    def _configure(self, command: c.Configure) -> None:
        first = self._config is None
        if first:
            self.endpoint.open(command)
            self.reachability.bind_host = command.bind_host
            self.subscriber.open(command.user_agent, command.bind_host)
            assert self._port is not None
            self._port.open()
        else:
            if command.bind_host != self.endpoint.bind_host:
                raise EngineError(FailureCause.NOT_SUPPORTED, "bind_host changes with a new engine only")
            self.endpoint.set_log_level(command.log_level)
            self.endpoint.set_codecs(command.codecs)
        self._config = command
        self.calls.configure(command)
        self._media.watch.timeout_s = command.rtp_timeout_s
        self._audio.configure(command.audio)

    def _calls_counted(self, count: int) -> None:
        if self._clock_stop is not None:
            self._clock_stop.cancel()
            self._clock_stop = None
        if count:
            self.endpoint.start_clock()
        else:
            self._clock_stop = self._schedule.call_later(CLOCK_LINGER_S, self.endpoint.stop_clock)

    # -- accounts ----------------------------------------------------------------------------------

    def _set_account(self, command: c.SetAccount) -> None:
        account = command.account
        line = self._lines.get(account.key)
        if line is None:
            check_account_room(len(self._lines))
            self._lines[account.key] = self._new_line(account, command.password)
            self.subscriber.set_account(account, command.password)
            self._lines[account.key].registration.start()
            return
        self.subscriber.set_account(account, command.password)
        old = line.registration.account
        moved = (old.aor, old.transport, old.outbound_proxy) != (
            account.aor,
            account.transport,
            account.outbound_proxy,
        )

        def take_new() -> None:
            line.registrar.replace(account, command.password)
            line.registration.replace_account(account, has_password=bool(command.password))
            line.registration.start()

        if moved and line.registration.is_registered and line.registration.unregister(told=False):
            self._when_unregistered(line, take_new)
        else:
            take_new()

    def _new_line(self, account: Account, password: str) -> _Line:
        assert self._config is not None
        key = account.key
        registrar = PjRegistrar(
            account,
            password,
            instance_id=self._config.instance_id,
            bind_host=self._config.bind_host,
            need_transport=self.endpoint.need_transport,
            on_answer=lambda answer: self._registration_answered(key, answer),
            on_invite=self.calls.incoming,
            on_summary=lambda body: self.subscriber.take_summary(key, body),
        )
        registration = Registration(
            account,
            has_password=bool(password),
            registrar=registrar,
            reachability=self.reachability,
            schedule=self._schedule,
            emit=self._registration_told,
            on_moved=lambda found: self._address_changed(registrar, found),
            on_refused=self.calls.endings.server_refused,
        )
        return _Line(registration, registrar)

    def _remove_account(self, command: c.RemoveAccount) -> None:
        line = self._need_line(command.account_key)

        def drop() -> None:
            self._lines.pop(command.account_key, None)
            line.registrar.close()

        self.subscriber.remove_account(command.account_key)
        for call in self.calls.lines.live():
            if call.record.account_key == command.account_key:
                self.calls.endings.hangup(c.Hangup(key=call.record.key))
        if line.registration.is_registered and line.registration.unregister():
            self._when_unregistered(line, drop)
        else:
            line.registration.stop()
            drop()

    def _register(self, command: c.Register) -> None:
        self._need_line(command.account_key).registration.start()

    def _registration_told(self, event: AnyEvent) -> None:
        self._emit(event)
        if isinstance(event, RegistrationChanged) and event.account_key in self._lines:
            self.subscriber.follow(event, self._lines[event.account_key].registration.found)

    def _watch(self, command: c.Watch) -> None:
        self._need_line(command.account_key)
        self.subscriber.watch(command.account_key, command.uri, presence=command.presence)

    def _set_presence(self, command: c.SetPresence) -> None:
        self._need_line(command.account_key)
        self.subscriber.publish(command.account_key, command.presence, command.etag)

    def _when_unregistered(self, line: _Line, then: Callable[[], None]) -> None:
        line.on_unregistered = then
        self._schedule.call_later(REPLACE_WAIT_S, lambda: self._unregistered(line))

    @staticmethod
    def _unregistered(line: _Line) -> None:
        then, line.on_unregistered = line.on_unregistered, None
        if then is not None:
            then()

    def _registration_answered(self, key: str, answer: RegistrationAnswer) -> None:
        line = self._lines.get(key)
        if line is None:
            return
        line.registration.answered(answer)
        if line.on_unregistered is not None:
            # Not inside the callback: what follows may change the account.
            self._schedule.call_later(0.0, lambda: self._unregistered(line))

    def _need_line(self, key: str) -> _Line:
        line = self._lines.get(key)
        if line is None:
            raise EngineError(FailureCause.NOT_REGISTERED, "no such account")
        return line

    def _address_changed(self, registrar: PjRegistrar, found: Found) -> None:
        """Contact and media address first, then the listeners and the calls, which take them over."""
        try:
            registrar.register(found)
            self.endpoint.change_address()
            self.endpoint.aim_wake()
        except EngineError as error:
            LOGGER.warning("the change of address was not taken: %s", error.detail)

    # -- calls -------------------------------------------------------------------------------------

    def _pj_account(self, account_key: str) -> PjAccount | None:
        line = self._lines.get(account_key)
        return line.registrar.pj_account if line is not None else None

    def _library_refused(self, message: str) -> None:
        """The account is the one that was called; the first where nobody can say."""
        called = called_user(message)
        keys = [key for key, line in self._lines.items() if line.registration.account.user_id == called]
        for key in (*keys, *self._lines)[:1]:
            self.calls.library_refused(IncomingInvite(account_key=key, message=message))

    def _make_call(self, command: c.MakeCall) -> None:
        line = self._need_line(command.account_key)
        registration = line.registration
        if line.registrar.pj_account is None or not registration.is_registered:
            if registration.cause is RegistrationCause.NO_ROUTE:
                raise EngineError(FailureCause.NO_NETWORK)
            raise EngineError(_CAUSE_OF_UNREGISTERED[registration.state], registration.cause.value)
        self.calls.make(command)

    def _set_hold(self, command: c.SetHold) -> None:
        self._media.set_hold(self.calls.lines.need(command.key), command.held)

    def _set_mute(self, command: c.SetMute) -> None:
        self._media.set_mute(self.calls.lines.need(command.key), command.muted)

    def _send_dtmf(self, command: c.SendDtmf) -> None:
        self.calls.lines.need(command.key)
        try:
            digits = clean_digits(command.digits, pauses=True)
        except ValueError as error:
            raise EngineError(FailureCause.INVALID_NUMBER, str(error)) from None
        self.calls.dtmf.send(command.key, digits, command.method)
