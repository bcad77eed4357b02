"""Provider profiles: what is publicly known of one PBX service, chosen by service code or server name."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import msgspec

from softphone.domain.media import DEFAULT_CODECS


class FeatureCodes(msgspec.Struct, frozen=True, kw_only=True):
    """What is dialled for a PBX feature, places ``{ext}``, ``{number}``, ``{slot}``; "" = not offered.

    ``voicemail`` is where one hears one's messages, ``voicemail_box`` where callers leave them (``{ext}`` is
    one's own extension there).
    """

    pickup: str = ""
    group_pickup: str = ""
    park: str = ""
    retrieve: str = ""
    voicemail: str = ""
    voicemail_box: str = ""
    hunt_login: str = ""
    hunt_logout: str = ""
    dnd_on: str = ""
    dnd_off: str = ""
    forward_unconditional_on: str = ""
    forward_unconditional_off: str = ""
    forward_busy_on: str = ""
    forward_busy_off: str = ""
    forward_no_answer_on: str = ""
    forward_no_answer_off: str = ""
    forward_unreachable_on: str = ""
    forward_unreachable_off: str = ""


_PLACES = {"pickup": "{ext}", "retrieve": "{slot}", "voicemail_box": "{ext}", "park": "{slot}"}
_NEEDED = ("pickup",)
_CODE = re.compile(r"[0-9A-Za-z*#+@:.\-_]*\Z")


def code_place(feature: str) -> str:
    """What is filled in where a code of ``feature`` says so: ``{ext}``, ``{number}``, ``{slot}``, or ""."""
    return (
        "{number}" if feature.startswith("forward_") and feature.endswith("_on") else _PLACES.get(feature, "")
    )


def code_problem(feature: str, template: str) -> str:
    """Why ``template`` is no code of ``feature``: code, place (``code_place`` is missing); "" where it is."""
    place = code_place(feature)
    if not _CODE.match(template.replace(place, "", 1) if place else template):
        return "code"
    needed = feature in _NEEDED or place == "{number}"
    return "place" if template and needed and place not in template else ""


def overriding(codes: FeatureCodes, override: FeatureCodes) -> FeatureCodes:
    """``codes`` with every code that ``override`` names in its place."""
    named = {field: code for field, code in msgspec.structs.asdict(override).items() if code}
    return msgspec.structs.replace(codes, **named)


class ProviderProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One TOML file in resources/providers/. ``server_patterns`` are shell patterns of the host.

    ``pickup_by_replaces``: take a ringing call by INVITE with Replaces from its dialog-info, not by a code.
    ``presence`` False: the service has none, it is neither asked for nor published.
    ``redirect_by`` "302" or "refer": how the phone sends an unanswered caller on. ``blocked_numbers``:
    special numbers this line cannot call, for a warning. ``test_number`` echoes one's voice; "" where none is
    publicly known.
    """

    key: str
    name_ja: str
    name_en: str
    service_codes: tuple[str, ...] = ()
    server_patterns: tuple[str, ...] = ()
    codecs: tuple[str, ...] = DEFAULT_CODECS
    web_page: str = ""
    feature_codes: FeatureCodes = FeatureCodes()
    pickup_by_replaces: bool = False
    presence: bool = True
    redirect_by: str = "302"
    blocked_numbers: tuple[str, ...] = ()
    outside_prefix: str = ""
    test_number: str = ""


def choose_profile(
    profiles: tuple[ProviderProfile, ...], *, service_code: str, host: str
) -> ProviderProfile | None:
    """The profile for an account: its service code decides, else the server's name, else None."""
    if service_code:
        for profile in profiles:
            if service_code in profile.service_codes:
                return profile
    for profile in profiles:
        if any(fnmatchcase(host.lower(), pattern) for pattern in profile.server_patterns):
            return profile
    return None
