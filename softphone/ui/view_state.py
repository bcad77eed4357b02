"""View states: what each part of the window shows, as frozen values made by pure functions.

domain values + Text ─▸ view state ─▸ widget. No Qt here, so every look can be tested and photographed
without a phone behind it.
"""

from __future__ import annotations

from dataclasses import dataclass

from softphone.app.calls import CannotCall
from softphone.app.changes import Notice
from softphone.app.features import FeatureNotOffered
from softphone.app.text import (
    Text,
    failure_hint,
    failure_text,
    notice_text,
    registration_hint,
    registration_title,
)
from softphone.domain.account import Account, Registration, RegistrationCause, RegistrationState
from softphone.domain.desktop import NotifierState
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.errors import FailureCause
from softphone.domain.events import AudioDevice, AudioMeasured, AudioRouteChanged
from softphone.domain.media import Quality

CODEC_NAMES = {"G722": "G.722", "PCMU": "G.711 μ-law", "PCMA": "G.711 A-law"}
GOOD_MOS, FAIR_MOS, POOR_MOS = 4.0, 3.6, 3.1  # ITU-T G.107 Annex B: satisfied … nearly all dissatisfied


@dataclass(frozen=True)
class StatusView:
    """The status at the top. ``mark``: good, busy, bad, warn, none, offline; ``tone`` good … or ""."""

    mark: str
    tone: str
    title: str
    detail: str = ""
    hint: str = ""
    action: str = ""  # account, retry or ""
    action_words: str = ""


@dataclass(frozen=True)
class NoticeView:
    """A banner. ``tone``: info, warn, bad. ``choices``: what else can be done, (where, words)."""

    words: str
    tone: str
    icon: str
    severity_words: str
    action: str = ""
    action_words: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ProblemView:
    """Why a number cannot be called: one sentence and the next step."""

    words: str = ""
    hint: str = ""


_STATUS_MARKS = {
    RegistrationState.UNCONFIGURED: ("none", ""),
    RegistrationState.REGISTERING: ("busy", ""),
    RegistrationState.REGISTERED: ("good", "good"),
    RegistrationState.AUTH_FAILED: ("bad", "bad"),
    RegistrationState.UNREACHABLE: ("warn", "warn"),
    RegistrationState.NO_NETWORK: ("offline", "warn"),
    RegistrationState.UNREGISTERED: ("warn", "warn"),
}
_STATUS_ACTIONS = {
    RegistrationState.UNCONFIGURED: "account",
    RegistrationState.AUTH_FAILED: "account",
    RegistrationState.UNREACHABLE: "retry",
    RegistrationState.UNREGISTERED: "retry",
}


def status_view(text: Text, registration: Registration, account: Account | None) -> StatusView:
    """The status line for a registration."""
    mark, tone = _STATUS_MARKS[registration.state]
    action = _STATUS_ACTIONS.get(registration.state, "")
    if registration.cause is RegistrationCause.DNS:
        action = "account"
    words = {"account": text("status.open_account"), "retry": text("status.retry"), "": ""}[action]
    if registration.state is RegistrationState.UNCONFIGURED:
        words = text("status.set_up")
    quiet = registration.state in (RegistrationState.REGISTERED, RegistrationState.REGISTERING)
    return StatusView(
        mark=mark,
        tone=tone,
        title=registration_title(text, registration),
        detail=(account.display_name or account.user_id) if account and quiet else "",
        hint="" if quiet else registration_hint(text, registration),
        action=action,
        action_words=words,
    )


def timer_text(seconds: float) -> str:
    """``4:09`` or ``1:04:09``."""
    whole = max(int(seconds), 0)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def quality_text(text: Text, codec: str, quality: Quality | None) -> str:
    """``G.722 · 良好 · MOS 4.2``; what is not known yet is left out."""
    parts = [CODEC_NAMES.get(codec, codec)] if codec else []
    if quality is not None:
        parts.append(text(f"quality.{_grade(quality)}"))
        parts.append(f"MOS {quality.mos:.1f}")
    return " · ".join(parts)


def quality_bars(quality: Quality | None) -> int:
    """How many of four bars."""
    return 0 if quality is None else {"good": 4, "fair": 3, "poor": 2, "bad": 1}[_grade(quality)]


def notice_view(text: Text, notice: Notice) -> NoticeView:
    """A banner for a notice."""
    tone, icon = {"warning": ("warn", "triangle"), "error": ("bad", "octagon")}.get(
        notice.severity, ("info", "info")
    )
    return NoticeView(
        words=notice_text(text, notice),
        tone=tone,
        icon=icon,
        severity_words=text(f"severity.{tone}"),
        action=notice.action,
        action_words=text(f"notice_bar.{notice.action}") if notice.action else "",
        choices=tuple((each, _choice_words(text, each)) for each in notice.choices),
    )


def _choice_words(text: Text, choice: str) -> str:
    what = choice.rpartition("/")[2]
    return text(f"notice_bar.{what}")


def problem_notice(text: Text, problem: ProblemView) -> NoticeView:
    """A problem with no field to stand under."""
    words = " ".join(part for part in (problem.words, problem.hint) if part)
    return NoticeView(words, "warn", "triangle", text("severity.warn"))


def call_problem(
    text: Text, error: DialStringInvalid | CannotCall | FeatureNotOffered, registration: Registration
) -> ProblemView:
    """Why a number was not called, whatever the service raised."""
    if isinstance(error, CannotCall):
        return cannot_call(text, error.cause, registration)
    if isinstance(error, FeatureNotOffered):
        return ProblemView(text("dial.not_offered"))
    return dial_problem(text, error.code)


def dial_problem(text: Text, code: str) -> ProblemView:
    """For DialStringInvalid."""
    return ProblemView(text(f"dial.{code}"))


def cannot_call(text: Text, cause: FailureCause, registration: Registration) -> ProblemView:
    """For CannotCall: 通話不可, always with the reason."""
    words = failure_text(text, cause)
    if status_view(text, registration, None).hint:  # the status above says the next step
        return ProblemView(f"{words}: {registration_title(text, registration)}")
    return ProblemView(words, failure_hint(text, cause))


def _grade(quality: Quality) -> str:
    if quality.mos >= GOOD_MOS:
        return "good"
    if quality.mos >= FAIR_MOS:
        return "fair"
    return "poor" if quality.mos >= POOR_MOS else "bad"


def device_options(
    text: Text, devices: tuple[AudioDevice, ...], chosen: str, *, role: str
) -> tuple[tuple[str, str], ...]:
    """(value, words) of the devices for a role: the system's default first, a missing chosen one last."""
    names = [device.name for device in devices if (device.inputs if role == "input" else device.outputs)]
    options = [("", text("audio.default")), *((name, name) for name in dict.fromkeys(names))]
    if chosen and chosen not in names:
        options.append((chosen, text("audio.missing", name=chosen)))
    return tuple(options)


def connection_rows(
    text: Text, registration: Registration, account: Account | None
) -> tuple[tuple[str, str], ...]:
    """(name, value) of the diagnostics' first table."""
    answer = f"{registration.status_code} {registration.reason_phrase}".strip()
    return (
        (text("diagnostics.state"), registration_title(text, registration)),
        (text("diagnostics.server"), str(account.server) if account else "–"),
        (text("diagnostics.user"), account.user_id if account else "–"),
        (text("diagnostics.answer"), answer if registration.status_code else "–"),
    )


def desktop_rows(text: Text, notifier: NotifierState, *, tray: bool) -> tuple[tuple[str, str], ...]:
    """(name, value) of what the desktop offers."""
    shown = notifier.problem or ("full" if notifier.can_ring else "plain")
    return (
        (text("diagnostics.notifications"), text(f"diagnostics.notifications_{shown}")),
        (text("diagnostics.tray"), text("diagnostics.tray_there" if tray else "diagnostics.tray_missing")),
    )


def audio_rows(
    text: Text, routes: dict[str, AudioRouteChanged], counters: AudioMeasured | None
) -> tuple[tuple[str, str], ...]:
    """(name, value) of the diagnostics' second table."""
    rows = []
    for role in ("input", "output", "ring"):
        route = routes.get(role)
        used = route.used or text("diagnostics.no_device") if route else "–"
        rows.append((text(f"diagnostics.{role}"), used))
    fill = faults = lateness = text("diagnostics.no_call")
    if counters is not None:
        capture, playout = f"{counters.capture_fill_ms:.0f}", f"{counters.playout_fill_ms:.0f}"
        fill = text("diagnostics.fill_value", capture=capture, playout=playout)
        faults = text(
            "diagnostics.faults_value",
            under=counters.underruns,
            over=counters.overruns,
            skipped=counters.skipped_samples,
        )
        lateness = text("diagnostics.lateness_value", value=f"{counters.lateness_p99_ms:.1f}")
    rows += [
        (text("diagnostics.fill"), fill),
        (text("diagnostics.faults"), faults),
        (text("diagnostics.lateness"), lateness),
    ]
    return tuple(rows)
