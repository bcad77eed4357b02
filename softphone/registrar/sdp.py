"""SDP offers and answers, as far as a number that answers by itself needs them (RFC 4566, RFC 3264).

One audio stream of G.722, PCMU or PCMA with telephone-event; every other stream is refused with port 0.
Pure text in and out.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from softphone.domain.media import MediaDirection

G722, PCMU, PCMA = "G722", "PCMU", "PCMA"
TELEPHONE_EVENT = "telephone-event"
_STATIC_PAYLOAD_TYPES = {0: (PCMU, 8000), 8: (PCMA, 8000), 9: (G722, 8000)}  # RFC 3551 table 4
_MAX_PAYLOAD_TYPE = 127
_DIRECTIONS = {direction.value: direction for direction in MediaDirection}
_REVERSED = {
    MediaDirection.SENDRECV: MediaDirection.SENDRECV,
    MediaDirection.SENDONLY: MediaDirection.RECVONLY,
    MediaDirection.RECVONLY: MediaDirection.SENDONLY,
    MediaDirection.INACTIVE: MediaDirection.INACTIVE,
}


class SdpInvalid(ValueError):
    """The body is no session description."""


class NoCommonMedia(ValueError):
    """Nothing in the offer can be answered: 488 (RFC 3261 §21.4.26)."""


@dataclass(frozen=True)
class MediaSection:
    """One ``m=`` block. ``host`` is its connection address, or the session's."""

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    host: str
    direction: MediaDirection = MediaDirection.SENDRECV
    rtpmap: dict[int, tuple[str, int]] = field(default_factory=dict)

    def encoding(self, payload_type: str) -> tuple[str, int]:
        """Name and clock rate in Hz of a payload type; empty and 0 where nobody says."""
        if not payload_type.isascii() or not payload_type.isdigit():
            return "", 0
        number = int(payload_type)
        if number > _MAX_PAYLOAD_TYPE:
            return "", 0
        return self.rtpmap.get(number) or _STATIC_PAYLOAD_TYPES.get(number) or ("", 0)


@dataclass(frozen=True)
class SessionDescription:
    """What was read of an SDP body."""

    media: tuple[MediaSection, ...]


@dataclass(frozen=True)
class AudioAgreement:
    """The stream both sides agreed on. ``direction`` is ours; ``remote_*`` is where our packets go."""

    codec: str
    payload_type: int
    remote_host: str
    remote_port: int
    direction: MediaDirection
    telephone_event: int | None = None

    @property
    def may_send(self) -> bool:
        """True where the far side wants to hear us."""
        return self.direction.sends and self.remote_port > 0 and self.remote_host not in ("", "0.0.0.0", "::")


@dataclass(frozen=True)
class LocalAudio:
    """Our end of the stream."""

    host: str
    port: int
    session_id: int
    version: int = 1


def parse_sdp(body: bytes) -> SessionDescription:
    """Parse a session description.

    Errors: SdpInvalid.
    """
    lines = body.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() != "v=0":
        raise SdpInvalid("v=")
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            blocks.append([])
        blocks[-1].append(line.rstrip())
    session_host = _connection_host(blocks[0], "")
    session_direction = _direction(blocks[0], MediaDirection.SENDRECV)
    return SessionDescription(tuple(_media(block, session_host, session_direction) for block in blocks[1:]))


def answer_audio(
    offer: SessionDescription, local: LocalAudio, codecs: Sequence[str]
) -> tuple[bytes, AudioAgreement]:
    """Answer ``offer`` with the first codec of the offerer's that is in ``codecs``.

    Errors: NoCommonMedia.
    """
    for index, media in enumerate(offer.media):
        agreement = _agree(media, codecs)
        if agreement:
            return _answer_text(offer, index, local, agreement), agreement
    raise NoCommonMedia


def offer_audio(local: LocalAudio, codecs: Sequence[str]) -> bytes:
    """An offer of ``codecs`` and telephone-event, for an INVITE that came without one."""
    names = {name: number for number, (name, _) in _STATIC_PAYLOAD_TYPES.items()}
    formats = [names[codec] for codec in codecs]
    lines = _head(local)
    lines.append(f"m=audio {local.port} RTP/AVP {' '.join(map(str, formats))} 101")
    lines.extend(f"a=rtpmap:{names[codec]} {codec}/8000" for codec in codecs)
    lines += ["a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=sendrecv"]
    return _text(lines)


def accept_audio(answer: SessionDescription, codecs: Sequence[str]) -> AudioAgreement:
    """What the far side made of ``offer_audio``.

    Errors: NoCommonMedia.
    """
    for media in answer.media:
        agreement = _agree(media, codecs)
        if agreement:
            return agreement
    raise NoCommonMedia


def _agree(media: MediaSection, codecs: Sequence[str]) -> AudioAgreement | None:
    if media.kind != "audio" or media.port == 0 or media.protocol != "RTP/AVP":
        return None
    chosen = ""
    telephone_event: int | None = None
    for payload_type in media.formats:
        name, rate_hz = media.encoding(payload_type)
        if not chosen and rate_hz == 8000 and name.upper() in codecs:
            chosen = payload_type
        if telephone_event is None and name.lower() == TELEPHONE_EVENT and rate_hz == 8000:
            telephone_event = int(payload_type)
    if not chosen:
        return None
    return AudioAgreement(
        codec=media.encoding(chosen)[0].upper(),
        payload_type=int(chosen),
        remote_host=media.host,
        remote_port=media.port,
        direction=_REVERSED[media.direction],
        telephone_event=telephone_event,
    )


def _answer_text(
    offer: SessionDescription, index: int, local: LocalAudio, agreement: AudioAgreement
) -> bytes:
    lines = _head(local)
    for position, media in enumerate(offer.media):
        if position != index:
            lines.append(f"m={media.kind} 0 {media.protocol} {' '.join(media.formats) or '0'}")
            continue
        formats = [agreement.payload_type]
        lines_after = [f"a=rtpmap:{agreement.payload_type} {agreement.codec}/8000"]
        if agreement.telephone_event is not None:
            formats.append(agreement.telephone_event)
            lines_after.append(f"a=rtpmap:{agreement.telephone_event} telephone-event/8000")
            lines_after.append(f"a=fmtp:{agreement.telephone_event} 0-15")
        lines.append(f"m=audio {local.port} RTP/AVP {' '.join(map(str, formats))}")
        lines += [*lines_after, "a=ptime:20", f"a={agreement.direction.value}"]
    return _text(lines)


def _head(local: LocalAudio) -> list[str]:
    family = "IP6" if ":" in local.host else "IP4"
    return [
        "v=0",
        f"o=registrar {local.session_id} {local.version} IN {family} {local.host}",
        "s=-",
        f"c=IN {family} {local.host}",
        "t=0 0",
    ]


def _text(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode()


def _media(block: list[str], session_host: str, session_direction: MediaDirection) -> MediaSection:
    fields = block[0][2:].split()
    if len(fields) < 3 or not re.fullmatch(r"[0-9]{1,5}(/[0-9]+)?", fields[1], re.ASCII):
        raise SdpInvalid("m=")
    port = int(fields[1].partition("/")[0])
    if port > 65535:
        raise SdpInvalid("m= port")
    rtpmap: dict[int, tuple[str, int]] = {}
    for line in block:
        match = re.match(r"a=rtpmap:([0-9]{1,3})\s+([^/\s]+)/([0-9]{1,6})", line, re.ASCII)
        if match:
            rtpmap[int(match.group(1))] = (match.group(2), int(match.group(3)))
    return MediaSection(
        kind=fields[0],
        port=port,
        protocol=fields[2].upper(),
        formats=tuple(fields[3:]),
        host=_connection_host(block, session_host),
        direction=_direction(block, session_direction),
        rtpmap=rtpmap,
    )


def _connection_host(block: list[str], default: str) -> str:
    for line in block:
        if line.startswith("c="):
            fields = line[2:].split()
            if len(fields) != 3:
                raise SdpInvalid("c=")
            return _address(fields[2].partition("/")[0])
    return default


def _address(host: str) -> str:
    """An IP address as it is; a name is not resolved: nothing is sent there."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _direction(block: list[str], default: MediaDirection) -> MediaDirection:
    for line in block:
        direction = _DIRECTIONS.get(line[2:]) if line.startswith("a=") else None
        if direction:
            return direction
    return default
