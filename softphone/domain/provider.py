"""Provider profiles: what is publicly known of one PBX service, chosen by service code or server name."""

from __future__ import annotations

from fnmatch import fnmatchcase

import msgspec

from softphone.domain.media import DEFAULT_CODECS


class ProviderProfile(msgspec.Struct, frozen=True, kw_only=True):
    """One TOML file in resources/providers/. ``server_patterns`` are shell patterns of the host."""

    key: str
    name_ja: str
    name_en: str
    service_codes: tuple[str, ...] = ()
    server_patterns: tuple[str, ...] = ()
    codecs: tuple[str, ...] = DEFAULT_CODECS
    web_page: str = ""


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
