"""The Windows wizard, run under Wine with a dummy phone: unattended, as an administrator's tools run it.

What Wine cannot show is said in installer/windows/README.md.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from installer.product import product
from installer.windows import wizard
from softphone.domain.link import SCHEMES
from tests.helpers.setup_wizard import WindowsMachine
from tests.helpers.waiting import wait_for

BuildSetup = Callable[[Path, Path, str], Path]

FAILED, IN_USE, OTHER_VERSION, BAD_PROPERTY = 1603, 1618, 1638, 1639
LIMIT_S = 20.0
USER, MACHINE = "HKCU", "HKLM"
UNINSTALL = rf"Software\Microsoft\Windows\CurrentVersion\Uninstall\{product().identifier}"
RUN = r"Software\Microsoft\Windows\CurrentVersion\Run"
CLASSES = r"Software\Classes"
OURS = (r"Software\softphone", rf"{CLASSES}\softphone.link", UNINSTALL)

pytestmark = pytest.mark.timeout(180)


def assert_gone(machine: WindowsMachine, folder: Path, root: str = USER) -> None:
    """Nothing of the program is left but what is the user's."""
    prefix = machine.prefix
    assert not folder.exists(), list(folder.rglob("*"))
    assert machine.shortcuts() == []
    for key in (*OURS, *(rf"{CLASSES}\{scheme}" for scheme in SCHEMES)):
        assert prefix.registry(rf"{root}\{key}") == {}, key
    assert prefix.value(rf"{root}\{RUN}", "softphone") is None
    assert prefix.value(rf"{root}\Software\RegisteredApplications", "softphone.link") is None


def test_one_user_unattended_and_everything_is_gone_again(machine: WindowsMachine, old_setup: Path) -> None:
    assert machine.setup(old_setup, "/LANG=ja") == 0
    program, prefix = machine.program, machine.prefix
    inside = program / "_internal"
    assert (inside / "resources" / "説明 $書" / "はじめに.txt").read_text(encoding="utf-8") == "こんにちは"
    assert machine.shortcuts() == ["ソフトフォン.lnk", "ソフトフォン.lnk"]
    exe = prefix.windows_path(program / "softphone.exe")
    entry = next(iter(prefix.registry(rf"{USER}\{UNINSTALL}").values()))
    facts = product()
    assert entry["DisplayName"] == facts.name_ja
    assert entry["DisplayVersion"] == "0.1.0"
    assert entry["Publisher"] == facts.publisher
    assert entry["URLInfoAbout"] == facts.homepage
    assert entry["QuietUninstallString"] == f'"{prefix.windows_path(program)}\\uninstall.exe" /S'
    assert (entry["NoModify"], entry["NoRepair"]) == (1, 1)
    assert 0 < int(entry["EstimatedSize"]) < 1000
    assert prefix.value(rf"{USER}\{RUN}", "softphone") == f'"{exe}" --background'
    assert prefix.value(rf"{USER}\{CLASSES}\softphone.link\shell\open\command") == f'"{exe}" "%1"'
    (capabilities,) = [
        values for key, values in prefix.registry(rf"{USER}\{OURS[0]}\Capabilities\URLAssociations").items()
    ]
    assert capabilities == dict.fromkeys(SCHEMES, "softphone.link")
    assert machine.started() == []

    machine.uninstall(program)

    assert_gone(machine, program)


def test_a_link_starts_the_phone(machine: WindowsMachine, old_setup: Path) -> None:
    machine.setup(old_setup)
    for scheme in SCHEMES:  # Wine does not see what one user has chosen, Windows does
        source = rf"{USER}\{CLASSES}\{scheme}"
        assert (
            machine.prefix.run("reg", "copy", source, rf"{MACHINE}\{CLASSES}\{scheme}", "/s", "/f").code == 0
        )
    links = ["sip:1001@pbx.example.jp;transport=tls", "tel:+81-3-1234-5678", "callto:201"]
    for number, link in enumerate(links, 1):
        started = machine.prefix.run("start", link)
        assert started.code == 0, started.output
        wait_for(lambda number=number: len(machine.started()) >= number, LIMIT_S, what=link)
    assert machine.started() == [f'"{link}"' for link in links]


def test_options_are_obeyed_in_any_case_and_kept_by_an_upgrade(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    folder = machine.prefix.path("C:\\apps\\my phone")
    assert (
        machine.setup(old_setup, "/NoDesktop", "/nolinks", "/NOAUTOSTART", '/dir="C:\\apps\\my phone"') == 0
    )
    prefix = machine.prefix
    assert (folder / "softphone.exe").exists()
    assert len(machine.shortcuts()) == 1
    assert prefix.value(rf"{USER}\{RUN}", "softphone") is None
    assert prefix.registry(rf"{USER}\{CLASSES}\tel") == {}

    assert machine.setup(new_setup, "/LINKS") == 0

    assert (folder / "_internal" / "new.dll").exists()
    assert not machine.program.exists()
    assert len(machine.shortcuts()) == 1
    assert prefix.value(rf"{USER}\{RUN}", "softphone") is None
    assert prefix.value(rf"{USER}\{CLASSES}\tel", "softphone.link") == "1"
    assert prefix.value(rf"{USER}\{UNINSTALL}", "DisplayVersion") == "0.2.0"


def test_another_programs_scheme_is_left_to_it(machine: WindowsMachine, old_setup: Path) -> None:
    theirs = rf"{USER}\{CLASSES}\tel\shell\open\command"
    machine.prefix.run("reg", "add", theirs, "/ve", "/d", "other.exe %1", "/f")
    machine.setup(old_setup)
    assert machine.prefix.value(theirs) == "other.exe %1"
    machine.uninstall(machine.program)
    assert machine.prefix.value(theirs) == "other.exe %1"


def test_an_upgrade_takes_away_what_is_no_more_and_leaves_what_is_not_ours(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    machine.setup(old_setup, "/LANG=ja")
    own = machine.program / "_internal" / "plugin of mine.dll"
    own.write_text("mine")
    settings = machine.prefix.app_data / "softphone" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text("language = 'ja'")

    assert machine.setup(new_setup, "/LANG=en") == 0

    inside = machine.program / "_internal"
    assert sorted(path.name for path in inside.glob("*.dll")) == ["new.dll", own.name, "shared.dll"]
    assert (inside / "shared.dll").read_text() == "0.2.0"
    assert machine.shortcuts() == ["Softphone.lnk", "Softphone.lnk"]  # none of the other language is left
    assert machine.prefix.value(rf"{USER}\{UNINSTALL}", "DisplayName") == "Softphone"
    machine.uninstall(machine.program)
    assert own.exists()
    assert settings.read_text() == "language = 'ja'"


@pytest.mark.parametrize("program", ["softphone.exe", "softphone-cli.exe"])
def test_a_running_phone_is_asked_to_leave_and_started_again(
    machine: WindowsMachine, old_setup: Path, new_setup: Path, program: str
) -> None:
    machine.setup(old_setup)
    with machine.start_phone(machine.program, program=program) as phone:
        assert machine.setup(new_setup, "/LOG=C:\\upgrade.log") == 0
        wait_for(lambda: not phone.is_alive, LIMIT_S, what="the old phone's end")
    assert machine.asked() == ["quit"]
    # Everybody in Wine has been raised by UAC: the desktop starts it and takes no words along.
    # Else it is --background.
    wait_for(lambda: machine.started() == ["", ""], LIMIT_S, what="its start")
    log = machine.prefix.path("C:\\upgrade.log").read_text(encoding="utf-16")
    assert "over [0.1.0]" in log
    assert log.splitlines()[-2].endswith("installed")


def test_nobody_is_cut_off_unattended_unless_that_is_said(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    machine.setup(old_setup)
    machine.note("in-call")
    with machine.start_phone(machine.program) as phone:
        assert machine.setup(new_setup) == IN_USE
        assert phone.is_alive
        assert machine.prefix.value(rf"{USER}\{UNINSTALL}", "DisplayVersion") == "0.1.0"
        assert machine.setup(new_setup, "/FORCE") == 0
        wait_for(lambda: not phone.is_alive, LIMIT_S, what="its end")
    assert machine.asked() == ["quit", "quit now"]


def test_a_phone_that_does_not_leave_is_told_and_ended_only_by_force(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    machine.setup(old_setup)
    machine.note("stubborn")
    with machine.start_phone(machine.program) as phone:
        assert machine.setup(new_setup) == IN_USE
        assert (machine.program / "_internal" / "old.dll").exists()
        assert machine.setup(new_setup, "/FORCE") == 0
        wait_for(lambda: not phone.is_alive, LIMIT_S, what="its end")
    assert (machine.program / "_internal" / "new.dll").exists()


def test_going_back_is_refused_unless_it_is_meant(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    machine.setup(new_setup)
    assert machine.setup(old_setup) == OTHER_VERSION
    assert (machine.program / "_internal" / "new.dll").exists()
    assert machine.setup(old_setup, "/DOWNGRADE") == 0
    assert sorted(path.name for path in (machine.program / "_internal").glob("*.dll")) == [
        "old.dll",
        "shared.dll",
    ]


def test_a_folder_that_cannot_be_written_to_is_an_error(machine: WindowsMachine, old_setup: Path) -> None:
    assert machine.setup(old_setup, '/DIR="Z:\\proc\\no such folder"') == FAILED
    assert machine.shortcuts() == []
    assert machine.prefix.registry(rf"{USER}\{UNINSTALL}") == {}


@pytest.mark.parametrize("word", ["/NODESKTOPS", "/LANG=fr", "quiet", "/LOG=C:\\no\\such\\folder.log"])
def test_a_wrong_property_installs_nothing(machine: WindowsMachine, old_setup: Path, word: str) -> None:
    assert machine.setup(old_setup, word) == BAD_PROPERTY
    assert not machine.program.exists()


def test_every_user_and_who_has_it_twice(machine: WindowsMachine, old_setup: Path) -> None:
    assert machine.setup(old_setup, "/AllUsers", "/LANG=en") == 0
    prefix = machine.prefix
    folder = prefix.path("C:\\Program Files\\Softphone")
    assert (folder / "softphone.exe").exists()
    assert prefix.value(rf"{MACHINE}\{UNINSTALL}", "DisplayName") == "Softphone"
    assert (
        prefix.value(rf"{MACHINE}\{RUN}", "softphone")
        == f'"{prefix.windows_path(folder)}\\softphone.exe" --background'
    )
    assert prefix.registry(rf"{USER}\{UNINSTALL}") == {}
    public = prefix.path("C:\\users\\Public\\Desktop\\Softphone.lnk")
    assert public.exists()

    assert machine.setup(old_setup) == OTHER_VERSION
    assert machine.setup(old_setup, "/BOTH") == 0
    machine.uninstall(machine.program)
    assert public.exists()

    machine.uninstall(folder)
    assert_gone(machine, folder, MACHINE)


def test_the_firewall_is_told_by_an_administrator(machine: WindowsMachine, old_setup: Path) -> None:
    machine.replace_netsh()
    machine.setup(old_setup)
    exe = machine.prefix.windows_path(machine.program / "softphone.exe")
    rule = f'advfirewall firewall add rule name="Softphone" dir=in action=allow program="{exe}"'
    assert [line.startswith(rule) for line in machine.netsh_calls()] == [True]
    machine.uninstall(machine.program)
    assert machine.netsh_calls()[1:] == [f'advfirewall firewall delete rule name="Softphone" program="{exe}"']


@pytest.mark.parametrize("purge", [False, True])
def test_personal_data_stays_unless_it_is_purged(
    machine: WindowsMachine, old_setup: Path, purge: bool
) -> None:
    machine.setup(old_setup)
    prefix = machine.prefix
    own = [
        prefix.app_data / "softphone" / "phone.db",
        prefix.local_app_data / "softphone" / "recordings" / "1.wav",
    ]
    for file in own:
        file.parent.mkdir(parents=True)
        file.write_text("mine")
    for name in ("softphone", "201@softphone", "softphone.example", "other"):
        assert prefix.run(prefix.windows_path(machine.program / "softphone.exe"), "store", name).code == 0

    machine.uninstall(machine.program, *(["/PURGE"] if purge else []))

    assert_gone(machine, machine.program)
    if purge:
        wait_for(lambda: not any(file.parent.exists() for file in own), LIMIT_S, what="the data's end")
    assert [file.exists() for file in own] == [not purge] * 2
    left = (
        {"softphone.example", "other"}
        if purge
        else {"softphone", "201@softphone", "softphone.example", "other"}
    )
    assert machine.stored_passwords() == left


def test_an_upgrade_to_another_folder_leaves_nothing_in_the_old_one(
    machine: WindowsMachine, old_setup: Path, new_setup: Path
) -> None:
    machine.setup(old_setup)
    assert machine.setup(new_setup, "/D=C:\\other place\\phone") == 0
    folder = machine.prefix.path("C:\\other place\\phone")
    assert (folder / "_internal" / "new.dll").exists()
    assert not machine.program.exists()
    run = machine.prefix.value(rf"{USER}\{RUN}", "softphone")
    assert run == '"C:\\other place\\phone\\softphone.exe" --background'
    machine.uninstall(folder)
    assert_gone(machine, folder)


def test_what_windows_shows_of_the_setup_program(old_setup: Path) -> None:
    data = old_setup.read_bytes()
    facts = product()
    for name, value in {
        "ProductName": facts.name,
        "ProductVersion": "0.1.0",
        "CompanyName": facts.publisher,
        "OriginalFilename": old_setup.name,
    }.items():
        assert f"{name}\0".encode("utf-16-le") in data
        assert f"{value}\0".encode("utf-16-le") in data
    windows_10 = b"{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"
    for manifest in (b">true</dpiAware>", b'level="asInvoker"', windows_10):
        assert manifest in data


def test_setup_and_uninstaller_are_signed_by_the_command_of_the_builder(
    old_bundle: Path, tmp_path: Path, build_setup: BuildSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = tmp_path / "sign me"
    signer.write_text(f'#!/bin/sh\ntest -s "$1" && echo signed >> "{tmp_path}/signed"\n')
    signer.chmod(0o755)
    monkeypatch.setenv("WINDOWS_SIGN", f'"{signer}"')
    build_setup(old_bundle, tmp_path / "out", "0.1.0")
    assert (tmp_path / "signed").read_text().splitlines() == ["signed", "signed"]
    signer.write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(subprocess.CalledProcessError):
        build_setup(old_bundle, tmp_path / "out", "0.1.0")


def test_it_compiles_with_the_stubs_of_official_nsis(
    old_bundle: Path, tmp_path: Path, build_setup: BuildSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that the Windows runner has: 32 bits. Nothing here can run them."""
    monkeypatch.setattr(wizard, "DEBIAN_TARGET", "x86-unicode")
    data = build_setup(old_bundle, tmp_path, "0.1.0").read_bytes()
    header = int.from_bytes(data[0x3C:0x40], "little")
    assert data[header : header + 6] == b"PE\0\0\x4c\x01"  # IMAGE_FILE_MACHINE_I386


def test_the_same_bundle_makes_the_same_setup(
    old_bundle: Path, old_setup: Path, tmp_path: Path, build_setup: BuildSetup
) -> None:
    again = build_setup(old_bundle, tmp_path, "0.1.0")
    assert again.read_bytes() == old_setup.read_bytes()
