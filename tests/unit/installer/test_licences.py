"""The licences shown are those of what is installed and of what the wheels carry, in exact words."""

import json
import shutil
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from installer.licences import bundled, gather
from installer.licences.packages import closure, finder, licence_files
from installer.product import ROOT
from softphone.ui.licence_parts import Part, all_parts, find_parts, licence_text, load_parts

FOLDER = ROOT / "resources" / "licences"
PARTS = all_parts(FOLDER)


def native(name: str, system: str = "linux") -> Part:
    """The one part of this name."""
    (part,) = [part for part in load_parts(FOLDER, system) if part.name == name]
    return part


def test_every_installed_package_is_told_in_its_version() -> None:
    assert gather.differences() == ()


def test_a_package_that_is_missing_or_older_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [Part("keyring", "MIT", "1.0", texts=("keyring",), package=True)]
    gather.write_parts(tmp_path, [part for part in PARTS if part.name != "keyring"] + wrong, {})
    monkeypatch.setattr(gather, "FOLDER", _with_texts(tmp_path))
    told = gather.differences()
    assert told == (f"keyring {distribution('keyring').version} is not in parts.toml",)


def test_the_texts_of_installed_packages_are_their_own_word_for_word() -> None:
    packages = closure("linux", finder("linux", Path()))
    by_name = {part.name: part for part in load_parts(FOLDER, "linux") if part.package}
    for package in packages.values():
        part = by_name[package.metadata["Name"]]
        shown = {(FOLDER / f"{name}.txt").read_text(encoding="utf-8") for name in part.texts}
        assert {text for _, text in licence_files(package)} <= shown, part.name


@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.name}-{'-'.join(part.systems)}")
def test_a_part_has_a_licence_and_its_text(part: Part) -> None:
    assert part.licence
    assert len(licence_text(FOLDER, part)) > 100
    assert set(part.systems) <= {"linux", "macos", "windows"}


def test_no_text_is_left_over() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == {name for part in PARTS for name in part.texts}


@pytest.mark.parametrize(
    ("wheel", "libraries"),
    [
        (
            "pjsua2-python",
            {
                "openssl-libs": "OpenSSL (PJSIP)",
                "krb5-libs": "MIT Kerberos",
                "libcom_err": "libcom_err",
                "keyutils-libs": "keyutils",
                "libselinux": "libselinux",
                "pcre": "PCRE",
            },
        ),
        (
            "hidapi",
            {
                "systemd-libs": "libudev",
                "elfutils-libs": "elfutils",
                "elfutils-libelf": "elfutils",
                "libcap": "libcap",
                "libattr": "libattr",
                "bzip2-libs": "bzip2",
                "xz-libs": "liblzma",
                "libusbx": "",  # left out of the bundle with the driver that would use it
            },
        ),
    ],
)
def test_libraries_in_wheels_have_the_versions_the_wheels_say(wheel: str, libraries: dict[str, str]) -> None:
    bill = _bill(wheel, "auditwheel.cdx.json")
    listed = {each["name"]: each["version"] for each in bill if each["purl"].startswith("pkg:rpm/")}
    assert set(listed) == set(libraries)
    for library, name in libraries.items():
        assert not name or native(name).version == listed[library]


def test_cryptographys_openssl_is_the_one_its_wheel_says() -> None:
    (openssl,) = [each for each in _bill("cryptography", "sbom.json") if each["name"] == "openssl"]
    assert native("OpenSSL (cryptography)").version == openssl["version"]


def test_qt_pjsip_and_the_boot_loader_are_those_that_are_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = dict(line.split("==", 1) for line in project["optional-dependencies"]["dist"])
    assert native("PyInstaller: boot loader").version == pinned["pyinstaller"]
    assert native("Qt").version == distribution("PySide6_Essentials").version
    assert distribution("pjsua2-python").version.startswith(native("PJSIP").version)


def test_parts_of_other_systems_are_not_shown() -> None:
    names = {part.name for part in load_parts(FOLDER, "windows")}
    assert "winrt-runtime" in names
    assert "dbus-fast" not in names
    assert "rubicon-objc" not in names
    assert native("OpenSSL (PJSIP)", "macos").licence == "Apache-2.0"


def test_a_search_takes_every_word_in_any_width_and_case() -> None:
    found = [part.name for part in find_parts(PARTS, "LGPL SOUND")]
    assert "libsndfile" in found
    assert "LAME" in found  # soundfile brings it
    assert "PJSIP" not in found


@pytest.mark.parametrize(
    ("file", "owner"),
    [
        ("PySide6/Qt/lib/libQt6Core.so.6", "native"),
        ("pjsua2_python.libs/libcrypto-d3570994.so.1.0.2k", "native"),
        ("_soundfile_data/libsndfile_x86_64.so", "native"),
        ("livekit/rtc/resources/liblivekit_ffi.so", "native"),
        ("softphone", "native"),
        ("libnobody.so.1", ""),
    ],
)
def test_a_library_of_the_bundle_is_somebodys(file: str, owner: str) -> None:
    assert bundled.native_owner(file) == owner


@pytest.mark.parametrize(
    "file",
    [
        "PySide6/Qt6Core.dll",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/MSVCP140_2.dll",
        "VCRUNTIME140.dll",
        "python311.dll",
        "_socket.pyd",
        "libffi-8.dll",
        "libcrypto-3.dll",
        "sqlite3.dll",
        "pjsua2/_pjsua2.cp311-win_amd64.pyd",
        "livekit/rtc/resources/livekit_ffi.dll",
        "_sounddevice_data/portaudio-binaries/libportaudio64bit.dll",
        "numpy.libs/msvcp140-a4c2229bdc2a2a630acdc095b4d86008.dll",
        "softphone.exe",
    ],
)
def test_libraries_on_windows_are_somebodys(file: str) -> None:
    assert bundled.native_owner(file, "windows") == "native"
    assert bundled.native_owner("nacl/_sodium.pyd", "windows") == ""  # its package's


def test_a_library_of_a_package_is_that_packages() -> None:
    (file,) = [str(file) for file in distribution("hidapi").files or () if file.name.startswith("hidraw.")]
    assert bundled.package_owner(file) == "package:hidapi"


def test_a_library_of_nobody_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libnobody.so.1").write_bytes(b"")
    monkeypatch.setattr(bundled, "debian_owner", lambda name: "")
    with pytest.raises(bundled.UnknownLibrary, match=r"libnobody\.so\.1"):
        bundled.claims(tmp_path)


def test_the_notice_leads_to_every_text_and_offers_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "_internal" / "licences"
    shutil.copytree(FOLDER, folder)
    bundled.notice(folder, tmp_path / bundled.NOTICE)
    told = (tmp_path / bundled.NOTICE).read_text(encoding="utf-8")
    assert "complete source of this program" in told
    named = {line.strip() for line in told.splitlines() if line.strip().startswith("_internal/")}
    assert all((tmp_path / name).is_file() for name in named)
    assert len(named) == len({name for part in load_parts(folder) for name in part.texts})


def _bill(wheel: str, name: str) -> list[dict[str, str]]:
    """The components of a bill of materials that a wheel carries."""
    (file,) = [file for file in distribution(wheel).files or () if file.name == name]
    components: list[dict[str, str]] = json.loads(Path(str(file.locate())).read_text())["components"]
    return components


def _with_texts(folder: Path) -> Path:
    """The texts beside a table of a test's own."""
    for file in FOLDER.glob("*.txt"):
        (folder / file.name).symlink_to(file)
    return folder
