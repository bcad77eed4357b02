"""Feeds and files from a local server, kind or hostile: what is believed, what is refused and as what."""

from __future__ import annotations

import gzip
import hashlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.domain.update import FeedAnswer, FileAnswer, Package, PackageKind
from softphone.release import https, releases
from softphone.release.releases import HttpsReleases
from softphone.release.source import Source
from tests.helpers.certificate import Certificate, make_certificate
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.fake_releases import HERE, SETUP, feed
from tests.helpers.hanging_server import HangingServer
from tests.helpers.signing import Signer, envelope_of
from tests.helpers.waiting import wait_for
from tests.helpers.web_server import Answer, WebServer, drip, page, raw, status, tunnel_to

FEED = "/updates/stable.json"
OURS = Signer()
CONTENT = bytes(range(256)) * 1000


class Desk:
    """What looks and fetches, and waits for the answers."""

    def __init__(self, url: str, folder: Path, signer: Signer = OURS) -> None:
        self.dispatcher = SyncDispatcher()
        self.folder = folder
        source = Source(url=url + FEED, product=HERE.product, channel=HERE.channel, keys=dict(signer.trusted))
        self.releases = HttpsReleases(self.dispatcher, source, folder, "softphone/test")

    def look(self) -> FeedAnswer:
        answers: list[FeedAnswer] = []
        self.releases.look(answers.append)
        self.dispatcher.run_until(lambda: answers)
        return answers[0]

    def fetch(self, package: Package) -> FileAnswer:
        answers: list[FileAnswer] = []
        self.sizes: list[int] = []
        self.releases.fetch(package, self.sizes.append, answers.append)
        self.dispatcher.run_until(lambda: answers)
        return answers[0]

    @property
    def files(self) -> set[str]:
        return {each.name for each in self.folder.iterdir()} if self.folder.exists() else set()


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as started:
        yield started


@pytest.fixture
def desk(server: WebServer, tmp_path: Path) -> Desk:
    return Desk(server.url, tmp_path / "Downloads")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system trusts the test's authority, and has no proxy."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    for name in ("https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def package(url: str, **fields: object) -> Package:
    digest = hashlib.sha256(CONTENT).hexdigest()
    made = replace(replace(SETUP, size_bytes=len(CONTENT), sha256=digest), **fields)
    return replace(made, url=f"{url}/{made.name}")


def test_a_signed_feed_is_read(server: WebServer, desk: Desk) -> None:
    server.pages[FEED] = page(envelope_of(feed(), OURS))
    assert desk.look() == FeedAnswer(feed=feed())
    headers = server.headers[0]
    assert headers["User-Agent"] == "softphone/test"
    assert headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (page(envelope_of(feed(), Signer())), "signature"),
        (page(envelope_of(feed(), OURS)[:-20]), "unreadable"),
        (page(envelope_of(b'{"schema": 9}', OURS)), "newer_schema"),
        (page(envelope_of(b'{"schema": 1}', OURS)), "unreadable"),
        (page(b"<html>log in to our network</html>"), "unreadable"),
        (page(b"x" * 600_000), "too_large"),
        (raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 600_000), "too_large"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf"), "unreachable"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), "unreachable"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "unreachable"),
        (raw(b""), "unreachable"),
        (page(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), "server"),
        (status(404), "not_found"),
        (status(503), "server"),
        (status(302, Location="http://softphone.example/stable.json"), "redirected"),
        (status(302, Location="https://elsewhere.example/stable.json"), "redirected"),
        (status(302, Location="file:///etc/passwd"), "redirected"),
        (status(302), "redirected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_hostile_answer_is_refused_and_says_as_what(
    server: WebServer, desk: Desk, answer: Answer, problem: str
) -> None:
    server.pages[FEED] = answer
    found = desk.look()
    assert (found.feed, found.problem) == (None, problem)
    assert found.detail


def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(server: WebServer, desk: Desk) -> None:
    server.pages[FEED] = status(301, Location="/new/stable.json")
    server.pages["/new/stable.json"] = page(envelope_of(feed(), OURS))
    assert desk.look().feed == feed()
    server.pages["/new/stable.json"] = status(301, Location=FEED)
    assert desk.look().problem == "redirected"
    assert len(server.asked) == 2 + https.MAX_REDIRECTS


def test_nobody_is_asked_where_no_key_is_trusted(server: WebServer, tmp_path: Path) -> None:
    desk = Desk(server.url, tmp_path)
    desk.releases._source.keys.clear()
    assert desk.look().problem == "not_published"
    assert server.asked == []


def test_http_to_another_machine_is_never_spoken(tmp_path: Path) -> None:
    assert Desk("http://softphone.example", tmp_path).look().problem == "redirected"


def test_a_server_that_says_nothing_costs_its_time_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "READ_S", 0.2)
    with HangingServer() as hanging:
        found = Desk(f"http://127.0.0.1:{hanging.port}", tmp_path).look()
    assert found.problem == "timeout"


def test_a_server_that_drips_is_left(server: WebServer, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "LOOK_LIMIT_S", 0.3)
    gone = threading.Event()
    server.pages[FEED] = drip(b"", gone)
    assert desk.look().problem == "timeout"
    assert gone.wait(5)


def test_headers_that_drip_are_left_too(
    server: WebServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releases, "LOOK_LIMIT_S", 0.3)
    with HangingServer(b"HTTP/1.1 200 OK\r\nX-Slow: ") as hanging:
        found = Desk(f"http://127.0.0.1:{hanging.port}", desk.folder).look()
    assert found.problem == "timeout"


def test_over_https_the_certificate_is_checked(
    certificate: Certificate, trusted: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebServer(certificate) as server:
        server.pages[FEED] = page(envelope_of(feed(), OURS))
        desk = Desk(server.url, tmp_path)
        assert desk.look().feed == feed()
        monkeypatch.delenv("SSL_CERT_FILE")
        assert desk.look().problem == "certificate"
        assert len(server.asked) == 1


def test_from_https_no_way_leads_down_to_http(
    certificate: Certificate, trusted: None, server: WebServer, tmp_path: Path
) -> None:
    server.pages["/x"] = page(envelope_of(feed(), OURS))
    with WebServer(certificate) as secure:
        secure.pages[FEED] = status(302, Location=f"http://localhost:{server.port}/x")
        assert Desk(secure.url, tmp_path).look().problem == "redirected"
    assert server.asked == []


def test_the_systems_proxy_is_used_and_sees_nothing_but_the_host(
    certificate: Certificate,
    trusted: None,
    server: WebServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("https_proxy", f"http://sato:him%40itsu@127.0.0.1:{server.port}")
    with WebServer(certificate) as secure:
        secure.pages[FEED] = page(envelope_of(feed(), OURS))
        server.pages["CONNECT"] = tunnel_to(secure.port)
        desk = Desk(secure.url, tmp_path)
        assert desk.look().feed == feed()
        assert server.asked == [f"CONNECT localhost:{secure.port}"]
        assert server.headers[0]["Proxy-Authorization"] == "Basic c2F0bzpoaW1AaXRzdQ=="
        server.pages["CONNECT"] = status(407)
        assert desk.look().problem == "proxy"
        monkeypatch.setenv("no_proxy", "localhost")
        assert desk.look().feed == feed()
        monkeypatch.delenv("no_proxy")
        monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1080")
        assert desk.look().problem == "proxy"


def test_what_was_stopped_is_not_told_any_more(server: WebServer, desk: Desk) -> None:
    gone = threading.Event()
    server.pages[FEED] = drip(b"", gone)
    answers: list[FeedAnswer] = []
    desk.releases.look(answers.append)
    wait_for(lambda: server.asked)
    desk.releases.stop()
    assert gone.wait(5)
    server.pages[FEED] = page(envelope_of(feed(), OURS))
    assert desk.look().feed == feed()
    assert answers == []


def test_a_file_is_fetched_checked_and_put_in_its_place(server: WebServer, desk: Desk) -> None:
    server.pages[f"/{SETUP.name}"] = page(CONTENT)
    answer = desk.fetch(package(server.url))
    assert answer == FileAnswer(file=str(desk.folder / SETUP.name))
    assert (desk.folder / SETUP.name).read_bytes() == CONTENT
    assert desk.files == {SETUP.name}
    assert desk.sizes
    assert sorted(desk.sizes) == desk.sizes


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (page(CONTENT[:-1] + b"!"), "altered"),
        (page(CONTENT + b"!"), "altered"),
        (page(CONTENT[:-1]), "incomplete"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 256000\r\n\r\n" + CONTENT[:1000]), "unreachable"),
        (raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + CONTENT + b"more"), "altered"),
        (page(gzip.compress(CONTENT), Content_Encoding="gzip"), "server"),
        (status(404), "not_found"),
        (status(302, Location="http://softphone.example/setup.exe"), "redirected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_another_leaves_nothing(
    server: WebServer, desk: Desk, answer: Answer, problem: str
) -> None:
    server.pages[f"/{SETUP.name}"] = answer
    found = desk.fetch(package(server.url))
    assert (found.file, found.problem) == ("", problem)
    assert desk.files == set()


def test_a_file_that_is_there_already_is_taken_and_another_one_never_touched(
    server: WebServer, desk: Desk
) -> None:
    server.pages[f"/{SETUP.name}"] = page(CONTENT)
    wanted = package(server.url)
    desk.folder.mkdir()
    (desk.folder / SETUP.name).write_bytes(b"something of the user's")
    first = desk.fetch(wanted)
    numbered = SETUP.name.replace(".exe", "-2.exe")
    assert Path(first.file).name == numbered
    assert (desk.folder / SETUP.name).read_bytes() == b"something of the user's"
    (desk.folder / SETUP.name).write_bytes(CONTENT)
    assert Path(desk.fetch(wanted).file).name == SETUP.name
    assert len(server.asked) == 1
    assert desk.files == {SETUP.name, numbered}


def test_an_appimage_can_be_started_and_a_compound_suffix_is_kept(server: WebServer, desk: Desk) -> None:
    for kind, name in ((PackageKind.APPIMAGE, "softphone.AppImage"), (PackageKind.TAR, "softphone.tar.gz")):
        server.pages[f"/{name}"] = page(CONTENT)
        wanted = package(server.url, kind=kind, name=name)
        desk.folder.mkdir(exist_ok=True)
        (desk.folder / name).write_bytes(b"older")
        made = Path(desk.fetch(wanted).file)
        if sys.platform != "win32":  # which has no such mode
            assert bool(made.stat().st_mode & 0o111) == (kind is PackageKind.APPIMAGE)
    assert desk.files == {
        "softphone.AppImage",
        "softphone-2.AppImage",
        "softphone.tar.gz",
        "softphone-2.tar.gz",
    }


def test_where_the_disk_is_full_or_closed_it_is_said(
    server: WebServer, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.pages[f"/{SETUP.name}"] = page(CONTENT)
    desk.folder.parent.joinpath("file").write_bytes(b"")
    elsewhere = Desk(server.url, desk.folder.parent / "file" / "Downloads")
    assert elsewhere.fetch(package(server.url)).problem == "not_saved"
    huge = package(server.url, size_bytes=2**60)
    assert desk.fetch(huge).problem == "full"
    assert server.asked == []


def test_a_download_that_is_stopped_leaves_no_half_file(server: WebServer, desk: Desk) -> None:
    gone = threading.Event()
    server.pages[f"/{SETUP.name}"] = drip(CONTENT[:100], gone)
    answers: list[FileAnswer] = []
    desk.releases.fetch(package(server.url, size_bytes=500_000), lambda size: None, answers.append)
    wait_for(lambda: server.asked and any(name.endswith(".part") for name in desk.files))
    desk.releases.close()
    assert desk.files == set()
    assert gone.wait(5)
    assert answers == []


def test_a_fetched_file_is_looked_at_again(server: WebServer, desk: Desk) -> None:
    server.pages[f"/{SETUP.name}"] = page(CONTENT)
    wanted = package(server.url)
    file = desk.fetch(wanted).file

    def checked() -> FileAnswer:
        answers: list[FileAnswer] = []
        desk.releases.check(wanted, file, answers.append)
        desk.dispatcher.run_until(lambda: answers)
        return answers[0]

    assert checked() == FileAnswer(file=file)
    Path(file).write_bytes(CONTENT[:-1] + b"!")
    assert checked().problem == "altered"
    Path(file).unlink()
    assert checked().problem == "altered"


def test_a_file_may_come_from_another_host_for_its_digest_is_known(
    certificate: Certificate, trusted: None, tmp_path: Path
) -> None:
    with WebServer(certificate) as first, WebServer(certificate) as second:
        first.pages[f"/{SETUP.name}"] = status(302, Location=f"https://127.0.0.1:{second.port}/blob")
        first.pages[FEED] = status(302, Location=f"https://127.0.0.1:{second.port}/blob")
        second.pages["/blob"] = page(CONTENT)
        desk = Desk(first.url, tmp_path / "Downloads")
        assert desk.fetch(package(first.url)).file
        assert desk.look().problem == "redirected"
