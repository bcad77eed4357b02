"""New versions of the phone: what the signed feed says, and whether it may be believed and offered here.

    bytes ─ signature (``release``) ─▸ ``read_feed`` ─▸ Feed ─▸ ``trouble_with`` ─▸ ``offer_of`` ─▸ Offer

A feed is refused that is old (``expires``: somebody holds newer ones back), older than one seen before
(``serial`` only grows) or of something else. What is offered is never older than what runs.
The port that fetches it stands here too: nothing of this file is loaded before it is needed.
"""

from __future__ import annotations

import datetime
import enum
import re
from collections.abc import Callable
from typing import Annotated, Literal, Protocol
from urllib.parse import urlsplit

import msgspec

from softphone.domain.directory import LOOPBACK_HOSTS
from softphone.domain.version import Version, VersionInvalid

SCHEMA = 1
MAX_PACKAGE_BYTES = 2 * 1024**3
MAX_NOTES = 20_000  # letters of one language
CLOCK_SLACK_S = 24 * 3600.0  # a clock that is further behind the feed's is wrong
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+~-]{0,120}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)

UtcTime = Annotated[datetime.datetime, msgspec.Meta(tz=True)]


class PackageKind(enum.Enum):
    """What a file of a release is."""

    SETUP = "setup"  # the Windows installer
    PORTABLE = "portable"  # a ZIP for Windows
    DMG = "dmg"
    DEB = "deb"
    APPIMAGE = "appimage"
    TAR = "tar"


SUFFIXES = {
    PackageKind.SETUP: ".exe",
    PackageKind.PORTABLE: ".zip",
    PackageKind.DMG: ".dmg",
    PackageKind.DEB: ".deb",
    PackageKind.APPIMAGE: ".AppImage",
    PackageKind.TAR: ".tar.gz",
}


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a release. ``minimum``: the oldest system it runs on, "" any; glibc's version on Linux."""

    system: Literal["windows", "macos", "linux"]
    machine: Literal["x86_64", "arm64"]
    kind: PackageKind
    name: str
    url: str
    size_bytes: int
    sha256: str
    minimum: str = ""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """A version. ``notes``: what is new, as plain lines by language (ja, en)."""

    version: str
    date: datetime.date
    notes: dict[str, str]
    packages: tuple[Package, ...]


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document. ``serial`` grows with every one made, whatever the channel."""

    schema: int
    product: str
    channel: str
    serial: int
    issued: UtcTime
    expires: UtcTime
    release: Release


class _Schema(msgspec.Struct):
    schema: int


class InstallForm(enum.Enum):
    """How the running program came onto this machine."""

    SETUP = "setup"  # Windows installer, for this user
    MACHINE = "machine"  # Windows installer, for everybody
    PORTABLE = "portable"
    APP = "app"  # macOS
    DEB = "deb"
    APPIMAGE = "appimage"
    FLATPAK = "flatpak"
    TAR = "tar"
    SOURCE = "source"


class Installation(msgspec.Struct, frozen=True, kw_only=True):
    """What runs here, and on what. ``product`` and ``channel`` as in Feed, ``system`` and ``machine`` as in

    Package; other words fit no package.
    """

    product: str
    channel: str
    version: str
    system: str
    machine: str
    system_version: str
    form: InstallForm


class FeedRefused(Exception):
    """A feed that is not used. ``problem`` is a code of ``[update_problem]``; the text is for the log."""

    def __init__(self, problem: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem


def read_feed(payload: bytes) -> Feed:
    """The document in signed bytes, every field one that can be used.

    Errors: FeedRefused: newer_schema, unreadable.
    """
    try:
        schema = msgspec.json.decode(payload, type=_Schema).schema
        if schema > SCHEMA:
            raise FeedRefused("newer_schema", f"schema {schema}")
        feed = msgspec.json.decode(payload, type=Feed)
        Version(feed.release.version)
    except (msgspec.DecodeError, VersionInvalid, RecursionError) as error:
        raise FeedRefused("unreadable", f"{type(error).__name__}: {error}") from error
    wrong = [f"{package.name}: {what}" for package in feed.release.packages for what in _wrong_in(package)]
    wrong += [f"notes ({name})" for name, words in feed.release.notes.items() if len(words) > MAX_NOTES]
    if feed.expires <= feed.issued:
        wrong.append("expires before it is issued")
    if wrong:
        raise FeedRefused("unreadable", ", ".join(wrong))
    return feed


def is_fetchable(url: str) -> bool:
    """https to a host; http to this machine alone."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or not url.isascii():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK_HOSTS)


def trouble_with(feed: Feed, here: Installation, *, seen_serial: int, now_s: float) -> str:
    """Why a feed is not believed though its signature is good: "" (it is), other_product, rolled_back,

    expired, clock (this machine's clock is behind the feed's). ``now_s`` Unix seconds.
    """
    if (feed.product, feed.channel) != (here.product, here.channel):
        return "other_product"
    if feed.serial < seen_serial:
        return "rolled_back"
    if now_s >= feed.expires.timestamp():
        return "expired"
    if now_s < feed.issued.timestamp() - CLOCK_SLACK_S:
        return "clock"
    return ""


class Way(enum.Enum):
    """How a new version gets onto this machine; the last five without a download by the phone."""

    RUN = "run"  # the installer is started
    MOUNT = "mount"  # the disk image is opened
    PACKAGE = "package"  # a .deb: installed by whoever may
    REPLACE = "replace"  # an AppImage: the new file in place of the old one
    UNPACK = "unpack"  # a ZIP over the folder that is there
    SCRIPT = "script"  # a tar.gz with install.sh in it
    ADMINISTRATOR = "administrator"
    FLATPAK = "flatpak"
    SOURCE = "source"
    NO_PACKAGE = "no_package"  # the release has none for this machine
    SYSTEM_TOO_OLD = "system_too_old"


_WAYS = {
    InstallForm.SETUP: (Way.RUN, PackageKind.SETUP),
    InstallForm.PORTABLE: (Way.UNPACK, PackageKind.PORTABLE),
    InstallForm.APP: (Way.MOUNT, PackageKind.DMG),
    InstallForm.DEB: (Way.PACKAGE, PackageKind.DEB),
    InstallForm.APPIMAGE: (Way.REPLACE, PackageKind.APPIMAGE),
    InstallForm.TAR: (Way.SCRIPT, PackageKind.TAR),
}
_ELSEWHERE = {
    InstallForm.MACHINE: Way.ADMINISTRATOR,
    InstallForm.FLATPAK: Way.FLATPAK,
    InstallForm.SOURCE: Way.SOURCE,
}


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A newer version and how it gets here; ``package`` where the phone can fetch it."""

    release: Release
    way: Way
    package: Package | None = None


def offer_of(release: Release, here: Installation) -> Offer | None:
    """None where ``release`` is not newer, or is a pre-release and no pre-release runs."""
    new, own = Version(release.version), Version(here.version)
    if new <= own or (new.is_prerelease and not own.is_prerelease):
        return None
    if here.form in _ELSEWHERE:
        return Offer(release=release, way=_ELSEWHERE[here.form])
    way, kind = _WAYS[here.form]
    fitting = [
        each
        for each in release.packages
        if (each.system, each.machine, each.kind) == (here.system, here.machine, kind)
    ]
    if not fitting:
        return Offer(release=release, way=Way.NO_PACKAGE)
    if not _is_at_least(here.system_version, fitting[0].minimum):
        return Offer(release=release, way=Way.SYSTEM_TOO_OLD)
    return Offer(release=release, way=way, package=fitting[0])


def is_newer(version: str, known: str) -> bool:
    """Whether ``version`` is above ``known``, or nothing sensible is known ("")."""
    try:
        return not known or Version(version) > Version(known)
    except VersionInvalid:
        return True


def _is_at_least(version: str, minimum: str) -> bool:
    """Whether a system is new enough; one that does not tell its version is."""
    try:
        return not minimum or Version(version) >= Version(minimum)
    except VersionInvalid:
        return True


def _wrong_in(package: Package) -> list[str]:
    wrong = []
    if not _NAME.fullmatch(package.name) or not package.name.endswith(SUFFIXES[package.kind]):
        wrong.append("name")
    if not is_fetchable(package.url):
        wrong.append("url")
    if not _SHA256.fullmatch(package.sha256):
        wrong.append("sha256")
    if not 0 < package.size_bytes <= MAX_PACKAGE_BYTES:
        wrong.append("size")
    return wrong


class FeedAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A feed with a good signature, or why there is none (a code of ``[update_problem]``)."""

    feed: Feed | None = None
    problem: str = ""
    detail: str = ""


class FileAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A file whose size and SHA-256 are those of the feed, or why there is none."""

    file: str = ""
    problem: str = ""
    detail: str = ""


class Releases(Protocol):
    """Where new versions come from (``release.HttpsReleases``; ``FakeReleases`` in tests). Thread: main.

    Nothing blocks or raises; answers come through the dispatcher. One thing at a time.
    """

    def look(self, done: Callable[[FeedAnswer], None]) -> None:
        """Fetch the feed and check its signature."""

    def fetch(
        self, package: Package, received: Callable[[int], None], done: Callable[[FileAnswer], None]
    ) -> None:
        """Fetch a file into the user's downloads. ``received`` gets bytes so far, a few times a second."""

    def check(self, package: Package, file: str, done: Callable[[FileAnswer], None]) -> None:
        """Whether a fetched file is still what was fetched."""

    def stop(self) -> None:
        """Drop what goes on: nothing of it is told any more."""

    def close(self) -> None:
        """Drop it, and leave no half file behind."""
