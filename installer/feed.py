"""The signed update feed of a release: what running phones read to learn of a new version.

    python -m installer.feed keygen PRIVATE.key                     once; prints lines for update_keys.toml
    python -m installer.feed make --download https://…/v0.2.0/ feed.json
    python -m installer.feed sign feed.json stable.json < PRIVATE.key
    python -m installer.feed verify stable.json --packages dist/packages
    python -m installer.feed renew stable.json feed.json            later: the same, believed for longer

``make`` reads dist/packages and the notes of CHANGELOG.md and CHANGELOG.ja.md. A private key is read from a
named file or from standard input, never from an argument or the environment, and is never printed. ``sign``
adds to a feed that is signed already: the old key and the new one, while keys are changed.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import datetime
import getpass
import hashlib
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from nacl.signing import SigningKey

from installer.linux.changes import releases
from installer.macos.plist import MINIMUM_SYSTEM
from installer.product import ROOT, Product, product
from softphone.domain.update import SCHEMA, Feed, FeedRefused, Package, PackageKind, Release, read_feed
from softphone.release.envelope import (
    PAYLOAD_TYPE,
    Envelope,
    Signature,
    key_id,
    read_envelope,
    signed_bytes,
    signed_payload,
)
from softphone.release.source import load_keys

PACKAGES = ROOT / "dist" / "packages"
KEYS = ROOT / "resources" / "update_keys.toml"
VALID_DAYS = 90
WINDOWS_MINIMUM = "10.0.17763"  # Qt's: Windows 10 1809
GLIBC_MINIMUM = "2.35"  # that of the Python in the bundle
_NOTES = {"ja": ("CHANGELOG.ja.md", "・"), "en": ("CHANGELOG.md", "• ")}
_FILE = re.compile(
    r"softphone[-_](?P<version>[0-9][0-9A-Za-z.+]*?)(?:-(?P<system>windows|macos|linux)-|_)"
    r"(?P<machine>x86_64|amd64|arm64)(?P<end>-setup\.exe|(?:-portable)?\.zip|\.dmg|\.deb|\.AppImage|\.tar\.gz)"
)
_KINDS = {
    ("windows", "-setup.exe"): PackageKind.SETUP,
    ("windows", ".zip"): PackageKind.PORTABLE,
    ("windows", "-portable.zip"): PackageKind.PORTABLE,
    ("macos", ".dmg"): PackageKind.DMG,
    ("linux", ".deb"): PackageKind.DEB,
    ("linux", ".AppImage"): PackageKind.APPIMAGE,
    ("linux", ".tar.gz"): PackageKind.TAR,
}


class FeedWrong(Exception):
    """Told in one sentence: what is wrong with what was given."""


def keygen(file: Path) -> str:
    """Make a pair of keys: the private one into ``file``, a new one; gives the lines of the public one."""
    key = SigningKey.generate()
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FeedWrong(f"{file} is there already; a key is never overwritten") from error
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(bytes(key)) + b"\n")
    public = bytes(key.verify_key)
    return f'[[keys]]\nid = "{key_id(public)}"\npublic = "{base64.b64encode(public).decode()}"\n'


def made(
    facts: Product,
    packages: Path,
    notes: dict[str, str],
    download: str,
    *,
    valid_days: int,
    serial: int,
    now_s: float,
) -> Feed:
    """The feed of the packages of ``facts.version``. ``download`` is the address of their folder.

    Errors: FeedWrong where there is no package, or one of another version.
    """
    files = [each for each in sorted(packages.iterdir()) if each.is_file()]
    found = [package for file in files if (package := _package(file, facts.version, download)) is not None]
    if not found:
        raise FeedWrong(f"no package of version {facts.version} in {packages}")
    issued = datetime.datetime.fromtimestamp(int(now_s), datetime.UTC)
    release = Release(
        version=facts.version,
        date=issued.date(),
        notes=notes,
        packages=tuple(found),
    )
    return Feed(
        schema=SCHEMA,
        product=facts.identifier,
        channel=facts.update_channel,
        serial=serial,
        issued=issued,
        expires=issued + datetime.timedelta(days=valid_days),
        release=release,
    )


def notes(folder: Path, version: str) -> dict[str, str]:
    """What the changelogs say of ``version``, a line for each change, by language.

    Errors: FeedWrong where one says nothing: nobody is shown notes in another language than their own.
    """
    told = {}
    for language, (name, mark) in _NOTES.items():
        history = releases((folder / name).read_text(encoding="utf-8"), version="", source_date=0)
        changes = next((each.changes for each in history if each.version == version), ())
        if not changes:
            raise FeedWrong(f"{name} says nothing of version {version}")
        told[language] = "\n".join(mark + change for change in changes)
    return told


def renewed(feed: Feed, *, valid_days: int, serial: int, now_s: float) -> Feed:
    """The same release, told anew. Errors: FeedWrong where the serial does not grow."""
    if serial <= feed.serial:
        raise FeedWrong(f"serial {serial} is not above {feed.serial}")
    issued = datetime.datetime.fromtimestamp(int(now_s), datetime.UTC)
    return replace(feed, serial=serial, issued=issued, expires=issued + datetime.timedelta(days=valid_days))


def written(feed: Feed) -> bytes:
    """The bytes that are signed. Errors: FeedWrong where a phone would refuse them."""
    payload = msgspec.json.format(msgspec.json.encode(feed), indent=2) + b"\n"
    try:
        read_feed(payload)
    except FeedRefused as error:
        raise FeedWrong(f"a phone would refuse this feed: {error}") from error
    return payload


def signed(content: bytes, key: SigningKey) -> bytes:
    """A feed, bare or in its envelope already, signed by ``key``. Errors: FeedWrong."""
    try:
        envelope = read_envelope(content)
    except FeedRefused:
        envelope = Envelope(payload_type=PAYLOAD_TYPE, payload=content, signatures=())
    try:
        read_feed(envelope.payload)
    except FeedRefused as error:
        raise FeedWrong(f"not signed, for a phone would refuse this feed: {error}") from error
    name = key_id(bytes(key.verify_key))
    others = tuple(each for each in envelope.signatures if each.keyid != name)
    mine = Signature(name, key.sign(signed_bytes(envelope.payload)).signature)
    return msgspec.json.encode(replace(envelope, signatures=(*others, mine))) + b"\n"


def verified(content: bytes, keys: dict[str, bytes], packages: Path | None = None) -> Feed:
    """What a phone that trusts ``keys`` reads; with ``packages``, each file is what the feed says.

    Errors: FeedWrong.
    """
    if not keys:
        raise FeedWrong(f"no trusted key: {KEYS.name} is empty, no phone would believe this feed")
    try:
        feed = read_feed(signed_payload(content, keys))
    except FeedRefused as error:
        raise FeedWrong(f"{error.problem}: {error}") from error
    for package in feed.release.packages if packages is not None else ():
        assert packages is not None
        file = packages / package.name
        if not file.is_file() or (file.stat().st_size, _sha256(file)) != (package.size_bytes, package.sha256):
            raise FeedWrong(f"{package.name} is not the file that the feed names")
    return feed


def read_key(file: Path | None) -> SigningKey:
    """The private key in ``file`` or on standard input. Errors: FeedWrong, which does not repeat it."""
    try:
        if file is not None:
            words = file.read_text(encoding="ascii")
        else:
            words = getpass.getpass("private key: ") if sys.stdin.isatty() else sys.stdin.read()
        return SigningKey(base64.b64decode(words.strip(), validate=True))
    except OSError as error:
        raise FeedWrong(f"{file}: {error.strerror}") from error
    except (ValueError, TypeError, binascii.Error):
        raise FeedWrong("that is no private key as keygen writes it") from None


def _package(file: Path, version: str, download: str) -> Package | None:
    """What a file of a release is; None for one that nobody is offered (checksums, bills of materials).

    Errors: FeedWrong where it is another version's.
    """
    match = _FILE.fullmatch(file.name)
    if match is None:
        return None
    if match["version"] != version:
        raise FeedWrong(f"{file.name} is not of version {version}")
    system = match["system"] or "linux"
    machine = {"amd64": "x86_64"}.get(match["machine"], match["machine"])
    kind = _KINDS.get((system, match["end"]))
    if kind is None:
        return None
    minimums = {
        "windows": WINDOWS_MINIMUM,
        "macos": MINIMUM_SYSTEM.get(machine, ""),
        "linux": GLIBC_MINIMUM,
    }
    fields: dict[str, Any] = {"system": system, "machine": machine, "kind": kind}
    return Package(
        **fields,
        name=file.name,
        url=f"{download.rstrip('/')}/{file.name}",
        size_bytes=file.stat().st_size,
        sha256=_sha256(file),
        minimum=minimums[system],
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _summary(feed: Feed) -> str:
    release = feed.release
    lines = [
        f"{feed.product} {release.version} ({feed.channel}), serial {feed.serial}",
        f"issued {feed.issued:%Y-%m-%d %H:%M} UTC, expires {feed.expires:%Y-%m-%d %H:%M} UTC",
        *(f"{each.sha256}  {each.size_bytes:>11,}  {each.name}" for each in release.packages),
    ]
    return "\n".join(lines)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m installer.feed", description=__doc__.partition("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    key = verbs.add_parser("keygen", help="make a pair of keys; prints the public one")
    key.add_argument("key_file", type=Path)
    make = verbs.add_parser("make", help="the feed of what is in dist/packages")
    make.add_argument("--packages", type=Path, default=PACKAGES)
    make.add_argument("--download", required=True, metavar="URL", help="the folder the packages lie in")
    renew = verbs.add_parser("renew", help="the same release with a new time and serial")
    renew.add_argument("feed", type=Path)
    sign = verbs.add_parser("sign", help="sign with a key from --key-file or standard input")
    sign.add_argument("feed", type=Path)
    sign.add_argument("--key-file", type=Path)
    verify = verbs.add_parser("verify", help="read a signed feed as a phone does")
    verify.add_argument("feed", type=Path)
    verify.add_argument("--packages", type=Path, help="compare the files there too")
    for verb in (renew, verify):
        verb.add_argument("--keys", type=Path, default=KEYS, help="trusted public keys")
    for verb in (make, renew):
        verb.add_argument("--valid-days", type=int, default=VALID_DAYS)
        verb.add_argument("--serial", type=int, default=int(time.time()), help="above every one before")
    for verb in (make, renew, sign):
        verb.add_argument("out", type=Path)
    return parser.parse_args(arguments)


def _run(options: argparse.Namespace) -> str:
    """Do it; what to print."""
    if options.verb == "keygen":
        return keygen(options.key_file)
    if options.verb == "verify":
        return _summary(verified(options.feed.read_bytes(), load_keys(options.keys), options.packages))
    if options.verb == "sign":
        options.out.write_bytes(signed(options.feed.read_bytes(), read_key(options.key_file)))
        return f"signed: {options.out}"
    times = {"valid_days": options.valid_days, "serial": options.serial, "now_s": time.time()}
    if options.verb == "renew":
        feed = renewed(verified(options.feed.read_bytes(), load_keys(options.keys)), **times)
    else:
        facts = product()
        feed = made(facts, options.packages, notes(ROOT, facts.version), options.download, **times)
    options.out.write_bytes(written(feed))
    return _summary(feed)


def main(arguments: Sequence[str]) -> int:
    """0, or 1 after one sentence on standard error."""
    try:
        print(_run(_options(arguments)).rstrip("\n"))
    except (FeedWrong, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
