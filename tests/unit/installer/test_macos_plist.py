"""The macOS bundle, looked at anywhere: plist, entitlements, strings, its place in build.spec."""

import ast
import plistlib
from pathlib import Path

import pytest

import softphone
from installer.macos import plist
from installer.macos.sign import ENTITLEMENTS
from installer.product import ROOT, product
from softphone.domain.link import SCHEMES

JAPANESE = range(0x3040, 0xA000)  # kana and kanji


def test_the_plist_can_be_written_and_holds_the_products_facts() -> None:
    written = plistlib.loads(plistlib.dumps(plist.info_plist()))
    assert written["CFBundleName"] == product().name
    assert written["CFBundleShortVersionString"] == written["CFBundleVersion"] == softphone.__version__
    assert written["LSApplicationCategoryType"] == "public.app-category.business"
    assert written["NSHighResolutionCapable"] is True
    assert written["LSUIElement"] is False
    assert written["NSAppTransportSecurity"] == {"NSAllowsArbitraryLoads": False}


def test_it_opens_exactly_the_links_the_program_understands() -> None:
    types = plist.info_plist()["CFBundleURLTypes"]
    assert isinstance(types, list)
    schemes = [scheme for each in types for scheme in each["CFBundleURLSchemes"]]
    assert sorted(schemes) == sorted(SCHEMES)
    assert [each["CFBundleURLName"] for each in types] == [
        "org.example.softphone.sip",
        "org.example.softphone.tel",
    ]


@pytest.mark.parametrize(("processor", "minimum"), [("arm64", "14.0"), ("x86_64", "15.0")])
def test_the_earliest_macos_is_the_wheels(
    monkeypatch: pytest.MonkeyPatch, processor: str, minimum: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: processor)
    assert plist.info_plist()["LSMinimumSystemVersion"] == minimum


@pytest.mark.parametrize(
    ("tags", "minimum"),
    [
        (["cp311-cp311-macosx_16_0_arm64"], "16.0"),
        (["cp311-cp311-macosx_11_0_arm64", "cp311-cp311-macosx_10_9_universal2"], "10.9"),
        (["cp311-cp311-macosx_99_0_x86_64", "py3-none-any"], "0"),
    ],
)
def test_a_wheels_tags_say_the_earliest_macos(tags: list[str], minimum: str) -> None:
    assert plist.minimum_of(tags, "arm64") == minimum


def test_a_wheel_for_a_later_macos_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    monkeypatch.setattr("sys.platform", "darwin")
    monkeypatch.setattr(plist, "wheels_minimum", lambda: "16.0")
    with pytest.raises(ValueError, match=r"needs macOS 16\.0"):
        plist.info_plist()


def test_macos_asks_in_both_languages(tmp_path: Path) -> None:
    pairs = plist.write_strings(tmp_path)
    assert [place for _, place in pairs] == [f"{language}.lproj" for language in plist.LANGUAGES]
    english, japanese = (plistlib.loads(Path(file).read_bytes()) for file, _ in pairs)
    assert english.keys() == japanese.keys()
    asked = {key for key in plist.info_plist() if key.endswith("UsageDescription")}
    assert asked == {"NSMicrophoneUsageDescription", "NSLocalNetworkUsageDescription"}
    assert asked < japanese.keys()
    for key, words in japanese.items():
        assert any(ord(letter) in JAPANESE for letter in words), key
        assert not any(ord(letter) in JAPANESE for letter in english[key]), key
    assert product().name_ja in japanese["NSMicrophoneUsageDescription"]


def test_the_entitlements_let_the_microphone_through() -> None:
    entitlements = plistlib.loads(ENTITLEMENTS.read_bytes())
    assert entitlements["com.apple.security.device.audio-input"] is True
    assert "com.apple.security.app-sandbox" not in entitlements
    assert "com.apple.security.cs.disable-library-validation" not in entitlements
    assert "com.apple.security.get-task-allow" not in entitlements  # notarisation refuses it


def test_build_spec_makes_the_bundle_of_these_facts() -> None:
    source = (ROOT / "build.spec").read_text(encoding="utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    (bundle,) = [call for call in calls if getattr(call.func, "id", "") == "BUNDLE"]
    arguments = {each.arg: ast.unparse(each.value) for each in bundle.keywords}
    assert arguments["info_plist"] == "info_plist()"
    assert arguments["bundle_identifier"] == "PRODUCT.identifier"
    assert arguments["name"] == "f'{PRODUCT.name}.app'"
    assert "darwin" in arguments["icon"]
    assert '"softphone.icns"' in source
    assert "write_strings(" in source
