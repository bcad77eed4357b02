"""``softphone registrar``: its ports first, its events, and every way it cannot listen."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from softphone.cli.services import PortBusy
from tests.helpers.fake_services import FakeServices


class InterruptedServices(FakeServices):
    """Ctrl-C comes as soon as everything that happened was told."""

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.registrar_events = [
            {
                "event": "registered",
                "user": "201",
                "contact_uri": "sip:x",
                "expires_s": 300,
                "transport": "udp",
            },
            {"event": "call_failed", "sip_call_id": "a@b", "callee": "9000", "status_code": 486},
        ]


@pytest.fixture
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop hears a signal after its first two events."""
    from softphone.cli import registrar

    class Loop(registrar.PlainLoop):
        def run(self) -> None:
            self.post(lambda: signal.raise_signal(signal.SIGINT))
            super().run()

    monkeypatch.setattr(registrar, "PlainLoop", Loop)


@pytest.mark.usefixtures("interrupted")
def test_ports_come_first_then_events() -> None:
    services = InterruptedServices()

    run = services.run(
        "registrar", "--port", "0", "--user", "201:pw:with:colons", "--user", "202:x", "--json"
    )

    assert run.code == 0
    assert run.events[0] == {
        "event": "listening",
        "host": "127.0.0.1",
        "udp_port": 50600,
        "tcp_port": 50600,
    }
    assert [event["event"] for event in run.events[1:]] == ["registered", "call_failed"]
    assert run.events[2]["status_code"] == 486
    assert services.registrar_users == [("201", "pw:with:colons"), ("202", "x")]
    assert "with:colons" not in run.out + run.errors


@pytest.mark.usefixtures("interrupted")
def test_a_person_reads_sentences() -> None:
    run = InterruptedServices(language="ja").run("registrar", "--user", "201:pw")

    assert "127.0.0.1:5060 で待ち受けています" in run.out
    assert "登録: 201(sip:x、udp、300 秒)" in run.out
    assert "不成立: 9000(486)" in run.out


@pytest.mark.usefixtures("interrupted")
def test_users_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text("# test users\n201:pw201\n\n 202:pw202 \n", encoding="utf-8")
    services = InterruptedServices()

    assert services.run("registrar", "--users-file", str(file)).code == 0
    assert services.registrar_users == [("201", "pw201"), ("202", "pw202")]


@pytest.mark.parametrize("content", [None, "201 pw201\n", b"\xff\xfe"])
def test_users_file_that_cannot_be_read(tmp_path: Path, content: str | bytes | None) -> None:
    file = tmp_path / "users"
    if isinstance(content, str):
        file.write_text(content, encoding="utf-8")
    elif content is not None:
        file.write_bytes(content)

    run = FakeServices().run("registrar", "--users-file", str(file))

    assert run.code == 2
    assert "cannot be read" in run.errors
    assert "pw201" not in run.errors


@pytest.mark.usefixtures("interrupted")
def test_nobody_can_register_without_users() -> None:
    run = InterruptedServices().run("registrar", "--json")

    assert run.code == 0
    assert run.seen(event="notice", code="no_users")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PortBusy(), "Port 5060 of 127.0.0.1 is used by another program"),
        (OSError(99, "Cannot assign requested address"), "Cannot assign requested address"),
    ],
)
def test_cannot_listen(error: Exception, words: str) -> None:
    services = FakeServices()
    services.registrar_error = error

    run = services.run("registrar", "--user", "201:pw")

    assert run.code == 7
    assert words in run.errors
