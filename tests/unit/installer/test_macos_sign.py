"""What is signed on macOS, in which order, and with what on the command line."""

import plistlib
import struct
from pathlib import Path

import pytest

from installer.macos import dmg, sign
from installer.product import product

MACH_O = struct.pack("<I", 0xFEEDFACF)  # mach-o/loader.h MH_MAGIC_64


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A bundle as PyInstaller lays it out, code by its first bytes alone."""
    app = tmp_path / "Softphone.app"
    for place in (
        "Contents/MacOS/softphone",
        "Contents/Frameworks/libpython3.11.dylib",
        "Contents/Frameworks/PySide6/QtCore.abi3.so",
        "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        "Contents/Frameworks/PySide6/Qt/plugins/platforms/libqcocoa.dylib",
    ):
        file = app / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(MACH_O + b"code")
    resources = app / "Contents" / "Resources"
    resources.mkdir()
    (resources / "LICENSE").write_text("words")
    (resources / "libpython3.11.dylib").symlink_to("../Frameworks/libpython3.11.dylib")
    (app / "Contents" / "Info.plist").write_bytes(plistlib.dumps({}))
    return app


def test_what_is_inside_is_signed_before_what_holds_it(app: Path) -> None:
    order = sign.signing_order(app)
    places = [str(path.relative_to(app)) for path in order]
    framework = "Contents/Frameworks/PySide6/Qt/lib/QtCore.framework"
    assert places[-2:] == ["Contents/MacOS/softphone", "."]
    assert places.index(f"{framework}/Versions/A/QtCore") < places.index(framework)
    for number, path in enumerate(order):
        assert not any(path in later.parents for later in order[number + 1 :]), path
    assert "Contents/Resources/LICENSE" not in places
    assert "Contents/Resources/libpython3.11.dylib" not in places  # a link; what it leads to is signed once
    assert len(places) == len(set(places))


def test_a_release_is_signed_for_the_hardened_runtime_with_a_time_stamp(app: Path) -> None:
    command = sign.sign_command(app, "Developer ID Application: Example", entitled=True)
    assert command[command.index("--options") + 1] == "runtime"
    assert "--timestamp" in command
    assert command[command.index("--entitlements") + 1] == str(sign.ENTITLEMENTS)
    assert "--deep" not in command  # it would give every library the program's entitlements


def test_a_signature_for_this_machine_alone_lets_it_load_its_libraries(app: Path) -> None:
    command = sign.sign_command(app, sign.AD_HOC, entitled=False)
    assert "runtime" not in command  # it would ask for libraries of the same team, and there is none
    assert "--timestamp=none" in command


def test_only_the_program_itself_gets_the_entitlements(app: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(sign, "_run", ran.append)
    sign.sign(app, sign.AD_HOC)
    entitled = [Path(command[-1]) for command in ran if "--entitlements" in command and "--sign" in command]
    assert entitled == [app / "Contents" / "MacOS" / "softphone", app]
    assert ran[-2][:2] == ["codesign", "--verify"]


def test_notarising_names_a_keychain_profile_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(sign, "_run", ran.append)
    sign.notarise(Path("softphone.dmg"), "softphone-notary")
    assert ran[0] == [
        "xcrun", "notarytool", "submit", "softphone.dmg", "--keychain-profile", "softphone-notary", "--wait",
    ]  # fmt: skip
    assert [command[1:3] for command in ran[1:3]] == [["stapler", "staple"], ["stapler", "validate"]]
    assert not any("password" in word for command in ran for word in command)


def test_the_disk_image_shows_the_program_and_where_it_goes(tmp_path: Path) -> None:
    background = dmg.draw_background(tmp_path)
    settings = dmg.layout(Path("dist/Softphone.app"), background)
    assert settings["symlinks"] == {"Applications": "/Applications"}
    assert settings["files"] == ["dist/Softphone.app"]
    places = settings["icon_locations"]
    assert isinstance(places, dict)
    assert set(places) == {f"{product().name}.app", "Applications"}
    width, height = dmg.WINDOW
    half = dmg.ICON / 2
    assert all(half < x < width - half and half < y < height - half for x, y in places.values())


@pytest.mark.parametrize("scale", dmg.SCALES)
def test_the_background_has_an_arrow_between_the_two(tmp_path: Path, scale: int) -> None:
    from PySide6.QtGui import QImage

    dmg.draw_background(tmp_path)
    image = QImage(str(tmp_path / dmg.SCALES[scale]))
    assert (image.width(), image.height()) == (dmg.WINDOW[0] * scale, dmg.WINDOW[1] * scale)
    ground = image.pixelColor(0, 0)
    arrow = image.pixelColor(300 * scale, dmg.PROGRAM_AT[1] * scale)
    assert ground.lightness() > 230
    assert arrow.blue() > arrow.red() + 80
