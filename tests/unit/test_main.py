"""The composition root: what it loads, where it writes, what it keeps to itself."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone import __version__, parts
from softphone import main as root
from softphone.desktop import message_box
from softphone.domain.ports import LoadedSettings
from softphone.domain.settings import Settings
from softphone.registrar.events import CallFailed, DigitHeard
from softphone.storage.paths import Paths
from softphone.storage.settings import TomlSettings

LOADED = """
import sys
from softphone.main import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules} | set(sys.modules)), file=sys.stderr)
"""


@pytest.fixture(autouse=True)
def _hooks_and_handlers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put back what a run changes in this process."""
    logger = logging.getLogger()
    before, level = list(logger.handlers), logger.level
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(root.threading, "excepthook", root.threading.excepthook)
    yield
    for handler in [each for each in logger.handlers if each not in before]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(level)


def test_a_headless_verb_loads_no_window_no_sound_and_no_sip(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", LOADED, "--config-dir", str(tmp_path), "account", "show", "--json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=20,
    )

    loaded = set(run.stderr.split())
    assert '"configured": false' in run.stdout
    assert "softphone.cli.call" in loaded
    for module in ("PySide6", "pjsua2", "numpy", "sounddevice", "asyncio"):
        assert module not in loaded
    assert not {"softphone.engine", "softphone.audio", "softphone.registrar.server"} & loaded


def test_everything_of_a_run_is_in_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))

    assert root.main(["--config-dir", str(tmp_path / "phone"), "account", "show"]) == 0

    assert capsys.readouterr().out == "未設定\n"
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == {
        "phone/settings.toml",
        "phone/log/phone.log",
    }


def test_the_password_leaves_the_environment_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(root.PASSWORD_VARIABLE, "himitsu1")

    root.main(["--config-dir", str(tmp_path), "--lang", "en", "account", "show"])

    assert root.PASSWORD_VARIABLE not in os.environ
    assert "himitsu1" not in "".join(capsys.readouterr())


def test_language_of_the_settings_unless_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.toml").write_text('language = "en"\n', encoding="utf-8")

    root.main(["--config-dir", str(tmp_path), "account", "show"])
    root.main(["--config-dir", str(tmp_path), "--lang", "ja", "account", "show"])

    assert capsys.readouterr().out == "Not set up\n未設定\n"


def test_a_damaged_settings_file_is_kept_aside_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings.toml").write_text("this is [no TOML", encoding="utf-8")

    assert root.main(["--config-dir", str(tmp_path), "--lang", "en", "account", "show"]) == 0

    printed = capsys.readouterr()
    assert "settings file was damaged" in printed.err
    assert [path.read_text() for path in tmp_path.glob("settings.toml.damaged-*")] == ["this is [no TOML"]


def test_a_folder_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a file"
    file.touch()

    assert root.main(["--config-dir", str(file), "--lang", "en", "account", "show"]) == 7

    assert "cannot be used" in capsys.readouterr().err


def test_a_defect_is_logged_and_said_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*arguments: object) -> int:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(root, "_run", defect)

    assert root.main(["--config-dir", str(tmp_path), "--lang", "en", "call", "9196"]) == 7

    printed = capsys.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert str(tmp_path / "log" / "phone.log") in printed.err
    assert "ZeroDivisionError: planted" in (tmp_path / "log" / "phone.log").read_text()


def test_ctrl_c_while_a_password_is_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(root, "_run", interrupted)

    assert root.main(["--config-dir", str(tmp_path), "account", "set"]) == 130
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Windows and macOS always have a display")
def test_no_window_without_a_display(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert root.main(["--config-dir", str(tmp_path), "--lang", "en"]) == 7

    assert "no display" in capsys.readouterr().err


def test_the_file_is_read_once() -> None:
    class CountingStore:
        loads = 0

        def load(self) -> LoadedSettings:
            self.loads += 1
            return LoadedSettings(settings=Settings(), kept_aside="damaged")

        def save(self, settings: Settings) -> None:
            raise AssertionError("nothing is saved here")

    inner = CountingStore()
    store = parts.OnceLoadedStore(inner)

    assert store.load() is store.load()
    assert store.load().kept_aside == "damaged"
    assert inner.loads == 1


def test_registrar_events_as_fields() -> None:
    assert parts._event_fields(CallFailed("a@b", "9000", 486)) == {
        "event": "call_failed",
        "sip_call_id": "a@b",
        "callee": "9000",
        "status_code": 486,
    }
    assert parts._event_fields(DigitHeard("a@b", "5", "info"))["event"] == "digit_heard"


def test_a_busy_port_and_a_real_registrar(tmp_path: Path) -> None:
    composition = root.Composition(
        Paths.at(tmp_path),
        parts.OnceLoadedStore(TomlSettings(Paths.at(tmp_path))),
        parts.make_text("en"),
        "",
    )
    users = [("201", "pw")]
    with composition.registrar("127.0.0.1", 0, users, lambda event: None) as ports:
        assert ports.udp_port == ports.tcp_port > 0
        with (
            pytest.raises(root.PortBusy),
            composition.registrar("127.0.0.1", ports.udp_port, users, lambda event: None),
        ):
            pass


class WindowedStart:
    """Starts the program as Windows starts one without a console: no streams. ``boxes`` were shown."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.boxes: list[tuple[str, str, bool]] = []
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(message_box, "show_message", self._show)

    def __call__(self, *arguments: str) -> int:
        with self._monkeypatch.context() as without:
            for name in ("stdin", "stdout", "stderr"):
                without.setattr(sys, name, None)
            try:
                return root.main(arguments)
            finally:
                if sys.stdin is not None:
                    sys.stdin.close()

    def _show(self, title: str, words: str, *, problem: bool) -> None:
        self.boxes.append((title, words, problem))


@pytest.fixture
def windowed(monkeypatch: pytest.MonkeyPatch) -> WindowedStart:
    return WindowedStart(monkeypatch)


def test_without_streams_help_and_version_are_shown_in_a_box(windowed: WindowedStart) -> None:
    assert windowed("--lang", "en", "--version") == 0
    assert windowed("--lang", "en", "--help") == 0

    (title, version, _), (_, help_text, problem) = windowed.boxes
    assert (title, version) == ("Softphone", __version__)
    assert help_text.startswith("Usage: softphone")
    assert not problem


def test_without_streams_a_wrong_command_line_is_said_in_a_box(
    windowed: WindowedStart, tmp_path: Path
) -> None:
    assert windowed("--config-dir", str(tmp_path), "--lang", "ja", "--bogus") == 2

    ((title, words, problem),) = windowed.boxes
    assert title == "ソフトフォン"
    assert words.endswith("わからない指定です: --bogus")
    assert problem


def test_without_streams_a_start_that_crashes_is_said_in_a_box(
    windowed: WindowedStart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> int:
        raise ImportError("DLL load failed while importing QtWidgets")

    monkeypatch.setattr(root.Composition, "window", broken)

    assert windowed("--config-dir", str(tmp_path), "--lang", "en") == 7

    ((_, words, problem),) = windowed.boxes
    assert str(tmp_path / "log" / "phone.log") in words
    assert problem


def test_without_streams_a_verb_shows_no_box_that_would_hold_up_a_script(
    windowed: WindowedStart, tmp_path: Path
) -> None:
    folder = ("--config-dir", str(tmp_path))
    assert windowed(*folder, "account", "show") == 0
    assert windowed(*folder, "ctl", "hangup") != 0
    assert windowed(*folder, "call") == 2
    assert windowed.boxes == []


def test_without_streams_a_self_test_needs_a_file(windowed: WindowedStart) -> None:
    assert windowed("--lang", "en", "--selftest") == 2
    assert "--out" in windowed.boxes[0][1]


@pytest.mark.parametrize(
    "words", [("--out", "r.json"), ("--selftest", "account", "show"), ("--selftest", "--demo")]
)
def test_a_self_test_stands_alone(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        root.main(["--config-dir", str(tmp_path), "--lang", "en", *words])

    assert end.value.code == 2
    assert "Give --selftest alone" in capsys.readouterr().err
