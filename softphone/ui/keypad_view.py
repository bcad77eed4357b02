"""View states of the keypad: the banner while callers are sent away, the keys of the PBX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from softphone.app.absence_text import absence_banner
from softphone.app.forwarding import AbsenceSummary
from softphone.app.text import Text
from softphone.domain.message_summary import MessageSummary

MAX_BADGE = 99


@dataclass(frozen=True)
class BannerView:
    """Callers are refused or sent on. Nothing is shown where there are no words."""

    words: str = ""
    tone: str = "info"  # info, warn
    icon: str = "incoming"


@dataclass(frozen=True)
class FeatureKey:
    """One key: its short words, all of them for readers; ``badge`` "" shows none."""

    name: str
    icon: str
    words: str
    full_words: str
    on: bool = False
    badge: str = ""


def banner_view(text: Text, summary: AbsenceSummary) -> BannerView:
    """The banner for what is on."""
    words = absence_banner(text, summary)
    if summary.do_not_disturb:
        return BannerView(words, "warn", "bell-off")
    return BannerView(words)


def feature_keys(
    text: Text,
    offered: Callable[[str], bool],
    messages: MessageSummary | None,
    *,
    do_not_disturb: bool,
) -> tuple[FeatureKey, ...]:
    """The keys this provider offers, the ones used most in front."""
    keys = []
    if offered("group_pickup") or offered("pickup"):
        keys.append(_key(text, "pickup", "pickup"))
    if offered("retrieve"):
        keys.append(_key(text, "retrieve", "retrieve"))
    if offered("voicemail") or (messages is not None and messages.account_uri):
        keys.append(_voicemail_key(text, messages))
    name = "dnd_on" if do_not_disturb else "dnd"
    icon = "bell-off" if do_not_disturb else "bell"
    keys.append(
        FeatureKey(
            "dnd",
            icon,
            text(f"feature_key.{name}"),
            text(f"feature_key.{name}_full"),
            on=do_not_disturb,
        )
    )
    return tuple(keys)


def more_features(text: Text, offered: Callable[[str], bool], web_page: str) -> tuple[FeatureKey, ...]:
    """What stands behind その他."""
    icons = {"hunt_login": "people", "hunt_logout": "leave", "web_page": "external"}
    names = [name for name in icons if (web_page if name == "web_page" else offered(name))]
    entries = ((name, text(f"feature_key.{name}")) for name in names)
    return tuple(FeatureKey(name, icons[name], words, words) for name, words in entries)


def _key(text: Text, name: str, icon: str) -> FeatureKey:
    return FeatureKey(name, icon, text(f"feature_key.{name}"), text(f"feature_key.{name}_full"))


def _voicemail_key(text: Text, messages: MessageSummary | None) -> FeatureKey:
    short, full = text("feature_key.voicemail"), text("feature_key.voicemail_full")
    if messages is None or not (messages.waiting or messages.new):
        return FeatureKey("voicemail", "voicemail", short, full)
    if not messages.new:  # the server does not say how many
        return FeatureKey("voicemail", "voicemail", short, text("feature_key.voicemail_waiting"), badge="!")
    badge = str(messages.new) if messages.new <= MAX_BADGE else f"{MAX_BADGE}+"
    words = text("feature_key.voicemail_new", count=messages.new)
    return FeatureKey("voicemail", "voicemail", short, words, badge=badge)
