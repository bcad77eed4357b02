"""What goes into the bundle: no file a user would miss, none that must be the desktop's own."""

import pytest

from installer.bundle_rules import is_wanted, orphans


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/translations/qtbase_ja.qm",
        "libxcb-cursor.so.0",
        "libportaudio.so.2",
        "resources/help/ja/start.md",
    ],
)
def test_what_the_program_shows_and_needs_comes_with_it(name: str) -> None:
    assert is_wanted(name, "linux")


@pytest.mark.parametrize(
    "name",
    [
        "libasound.so.2",  # loads the desktop's own plugins
        "libX11.so.6",
        "libxcb.so.1",
        "libEGL.so.1",
        "libfontconfig.so.1",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/virtualkeyboard/libqtvirtualkeyboard_hangul.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",  # Python speaks TLS, Qt does not
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "pytz/zoneinfo/Asia/Tokyo",
        "softphone-0.1.0.dist-info/direct_url.json",
    ],
)
def test_what_is_the_desktops_or_nobodys_stays_out(name: str) -> None:
    assert not is_wanted(name, "linux")


def test_a_wheels_own_copy_of_a_host_library_stays() -> None:
    assert is_wanted("hidapi.libs/libudev-1f672570.so.1.6.2", "linux")
    assert is_wanted(r"PySide6\plugins\platforms\qwindows.dll", "win32")


def test_a_library_nothing_needs_is_an_orphan() -> None:
    needed = {
        "/gtk-user.so": ["libgtk.so.1"],
        "/gtk.so": ["libcairo.so.2"],
        "/portaudio.so": ["libjack.so.0"],
    }
    sources = {
        "libportaudio.so.2": "/portaudio.so",
        "libjack.so.0": "/jack.so",
        "libgtk.so.1": "/gtk.so",
        "libcairo.so.2": "/cairo.so",
        "PySide6/Qt/lib/libQt6Network.so.6": "/network.so",
    }
    unused = {"libgtk.so.1", "libcairo.so.2", "PySide6/Qt/lib/libQt6Network.so.6"}
    assert orphans(sources, lambda file: needed.get(file, [])) == unused
    with_user = {**sources, "plugin/user.so": "/gtk-user.so"}
    assert orphans(with_user, lambda file: needed.get(file, [])) == {"PySide6/Qt/lib/libQt6Network.so.6"}
