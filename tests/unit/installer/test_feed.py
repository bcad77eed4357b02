"""The feed of a release: made of its packages, signed by a key that nobody sees, read as phones read it."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import io
import os
import stat
import sys
import tomllib
from pathlib import Path

import pytest
from msgspec.structs import replace

from installer.feed import FeedWrong, keygen, made, main, notes, read_key, renewed, signed, verified, written
from installer.product import ROOT, product
from softphone.app.settings import SettingsService
from softphone.app.updates import Stage, UpdateService
from softphone.domain.update import Feed, InstallForm, PackageKind
from softphone.release.installation import this_installation
from softphone.release.releases import HttpsReleases
from softphone.release.source import Source, load_keys
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.fakes import START_S, FakeClock, FakeSettingsStore
from tests.helpers.web_server import WebServer, page

DOWNLOAD = "https://softphone.example/releases/v0.2.0/"
FACTS = dataclasses.replace(product(), version="0.2.0")
FILES = (
    "softphone-0.2.0-windows-x86_64-setup.exe",
    "softphone-0.2.0-windows-x86_64-portable.zip",
    "softphone-0.2.0-macos-arm64.dmg",
    "softphone-0.2.0-macos-x86_64.dmg",
    "softphone_0.2.0_amd64.deb",
    "softphone-0.2.0-linux-x86_64.AppImage",
    "softphone-0.2.0-linux-x86_64.tar.gz",
)
NOTES = {"ja": "・新しい", "en": "• New"}


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    for name in (*FILES, "SHA256SUMS", "softphone-0.2.0.spdx.json", "softphone-0.2.0-macos-arm64.zip"):
        (folder / name).write_bytes(name.encode() * 100)
    return folder


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "private.key"


def feed_of(packages: Path, **times: float) -> Feed:
    times = {"valid_days": 90, "serial": 5, "now_s": START_S} | times
    return made(FACTS, packages, NOTES, DOWNLOAD, **times)  # type: ignore[arg-type]


def trusted(lines: str, tmp_path: Path) -> dict[str, bytes]:
    file = tmp_path / "update_keys.toml"
    file.write_text(lines)
    return load_keys(file)


def test_every_package_of_the_release_stands_in_the_feed_and_nothing_else(packages: Path) -> None:
    feed = feed_of(packages)
    assert {each.name for each in feed.release.packages} == set(FILES)
    by_name = {each.name: each for each in feed.release.packages}
    deb = by_name["softphone_0.2.0_amd64.deb"]
    assert (deb.system, deb.machine, deb.kind, deb.minimum) == ("linux", "x86_64", PackageKind.DEB, "2.35")
    assert deb.url == "https://softphone.example/releases/v0.2.0/softphone_0.2.0_amd64.deb"
    content = (packages / deb.name).read_bytes()
    assert (deb.size_bytes, deb.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    portable = by_name["softphone-0.2.0-windows-x86_64-portable.zip"]
    assert (portable.kind, portable.minimum) == (PackageKind.PORTABLE, "10.0.17763")
    assert by_name["softphone-0.2.0-macos-arm64.dmg"].minimum == "14.0"
    assert (feed.product, feed.channel) == (FACTS.identifier, "stable")
    assert (feed.expires - feed.issued).days == 90


@pytest.mark.parametrize(
    ("suffix", "system"), [(".tar.gz", "linux"), ("-setup.exe", "windows"), (".dmg", "macos")]
)
def test_the_names_that_packers_give_are_known(suffix: str, system: str, packages: Path) -> None:
    name = FACTS.file_name(suffix, system)
    (packages / name).write_bytes(b"x")
    assert name in {each.name for each in feed_of(packages).release.packages}


def test_a_package_of_another_version_and_none_at_all_are_refused(packages: Path, tmp_path: Path) -> None:
    (packages / "softphone-0.1.0-linux-x86_64.tar.gz").write_bytes(b"old")
    with pytest.raises(FeedWrong, match=r"0\.1\.0-linux.* is not of version 0\.2\.0"):
        feed_of(packages)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FeedWrong, match="no package"):
        feed_of(tmp_path / "empty")


def test_what_a_phone_would_refuse_is_not_written(packages: Path) -> None:
    with pytest.raises(FeedWrong, match="url"):
        written(made(FACTS, packages, NOTES, "http://softphone.example/", valid_days=9, serial=1, now_s=0))
    with pytest.raises(FeedWrong, match="expires"):
        written(feed_of(packages, valid_days=-1))


def test_a_signed_feed_is_read_by_who_trusts_the_key_and_by_nobody_else(
    packages: Path, key_file: Path, tmp_path: Path
) -> None:
    keys = trusted(keygen(key_file), tmp_path)
    others = trusted(keygen(tmp_path / "other.key"), tmp_path)
    feed = feed_of(packages)
    content = signed(written(feed), read_key(key_file))
    assert verified(content, keys, packages) == feed
    with pytest.raises(FeedWrong, match="signature"):
        verified(content, others)
    with pytest.raises(FeedWrong, match="no trusted key"):
        verified(content, {})


def test_a_second_key_signs_beside_the_first_and_each_once(
    packages: Path, key_file: Path, tmp_path: Path
) -> None:
    old, new = trusted(keygen(key_file), tmp_path), trusted(keygen(tmp_path / "new.key"), tmp_path)
    content = written(feed_of(packages))
    for key in (key_file, tmp_path / "new.key", key_file):
        content = signed(content, read_key(key))
    assert verified(content, old) == verified(content, new)
    assert content.count(b'"sig"') == 2


def test_a_file_that_changed_after_the_feed_was_made_is_found(
    packages: Path, key_file: Path, tmp_path: Path
) -> None:
    keys = trusted(keygen(key_file), tmp_path)
    content = signed(written(feed_of(packages)), read_key(key_file))
    (packages / FILES[0]).write_bytes(b"built again")
    with pytest.raises(FeedWrong, match="is not the file"):
        verified(content, keys, packages)


def test_a_renewed_feed_is_the_same_release_for_longer(packages: Path) -> None:
    feed = feed_of(packages)
    later = renewed(feed, valid_days=30, serial=6, now_s=START_S + 86_400)
    assert later.release == feed.release
    assert (later.expires - later.issued).days == 30
    assert later.issued > feed.issued
    with pytest.raises(FeedWrong, match="not above"):
        renewed(feed, valid_days=30, serial=5, now_s=START_S)


def test_a_private_key_is_its_owners_alone_and_never_overwritten(key_file: Path) -> None:
    public = tomllib.loads(keygen(key_file))["keys"][0]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    private = key_file.read_text().strip()
    assert private not in str(public)
    assert len(base64.b64decode(public["public"])) == len(base64.b64decode(private)) == 32
    with pytest.raises(FeedWrong, match="never overwritten"):
        keygen(key_file)
    assert key_file.read_text().strip() == private


def test_a_key_comes_from_standard_input_and_stands_nowhere_else(
    packages: Path,
    key_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["keygen", str(key_file)]) == 0
    keys = tmp_path / "update_keys.toml"
    keys.write_text(capsys.readouterr().out)
    private = key_file.read_text().strip()
    bare, envelope = tmp_path / "feed.json", tmp_path / "stable.json"
    bare.write_bytes(written(feed_of(packages)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(private + "\n"))
    assert main(["sign", str(bare), str(envelope)]) == 0
    assert main(["verify", str(envelope), "--keys", str(keys), "--packages", str(packages)]) == 0
    assert main(["renew", str(envelope), str(bare), "--keys", str(keys), "--valid-days", "30"]) == 0
    told = capsys.readouterr()
    assert "softphone_0.2.0_amd64.deb" in told.out
    assert private not in told.out + told.err + envelope.read_text() + " ".join(os.environ.values())


@pytest.mark.parametrize("words", ["", "himitsu", "aGltaXRzdQ==", "あいう"])
def test_what_is_no_key_is_refused_without_being_repeated(
    words: str,
    packages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bare = tmp_path / "feed.json"
    bare.write_bytes(written(feed_of(packages)))
    monkeypatch.setattr(sys, "stdin", io.StringIO(words))
    assert main(["sign", str(bare), str(tmp_path / "out.json")]) == 1
    told = capsys.readouterr()
    assert told.err == "that is no private key as keygen writes it\n"
    assert not (tmp_path / "out.json").exists()


def test_what_is_no_feed_is_not_signed(key_file: Path) -> None:
    keygen(key_file)
    with pytest.raises(FeedWrong, match="not signed"):
        signed(b'{"schema": 1, "serial": "many"}', read_key(key_file))


def test_this_version_has_notes_in_both_languages(tmp_path: Path) -> None:
    told = notes(ROOT, product().version)
    assert told["ja"].startswith("・")
    assert told["en"].startswith("• ")
    for name in ("CHANGELOG.md", "CHANGELOG.ja.md"):
        (tmp_path / name).write_text(
            "## 0.2.0\n\n- One\n  and the same.\n- Two.\n" if name == "CHANGELOG.md" else ""
        )
    with pytest.raises(FeedWrong, match=r"CHANGELOG\.ja\.md says nothing"):
        notes(tmp_path, "0.2.0")
    (tmp_path / "CHANGELOG.ja.md").write_text("## 0.2.0\n- 一つ。\n", encoding="utf-8")
    assert notes(tmp_path, "0.2.0") == {"ja": "・一つ。", "en": "• One and the same.\n• Two."}


def test_what_is_made_here_is_what_a_phone_finds_and_fetches(
    packages: Path, key_file: Path, tmp_path: Path
) -> None:
    keys = trusted(keygen(key_file), tmp_path)
    loop, downloads = SyncDispatcher(), tmp_path / "Downloads"
    settings = SettingsService(FakeSettingsStore(), lambda change: None)
    with WebServer() as server:
        feed = made(FACTS, packages, NOTES, server.url, valid_days=90, serial=1, now_s=START_S)
        server.pages["/stable.json"] = page(signed(written(feed), read_key(key_file)))
        for name in FILES:
            server.pages[f"/{name}"] = page((packages / name).read_bytes())
        source = Source(
            url=f"{server.url}/stable.json", product=FACTS.identifier, channel="stable", keys=keys
        )
        here = replace(this_installation("0.1.0", source), form=InstallForm.DEB, system_version="2.36")
        releases = HttpsReleases(loop, source, downloads, "softphone/test")
        phone = UpdateService(releases, here, loop, FakeClock(), settings, lambda change: None)
        phone.check()
        loop.run_until(lambda: phone.status.stage is not Stage.CHECKING)
        assert phone.status.offer is not None
        phone.fetch()
        loop.run_until(lambda: phone.status.stage is not Stage.FETCHING)
        phone.stop()
    assert (phone.status.stage, phone.status.problem) == (Stage.READY, "")
    assert {each.name for each in downloads.iterdir()} == {"softphone_0.2.0_amd64.deb"}
