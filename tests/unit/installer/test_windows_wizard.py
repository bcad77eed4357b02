"""The Windows wizard's sources: both languages say the same, and the program agrees with what it writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from installer.product import product
from installer.windows import artwork, wizard
from softphone.cli.exit_code import ExitCode
from softphone.desktop import autostart, url_schemes
from softphone.domain.link import SCHEMES
from softphone.storage.paths import Paths
from tests.helpers.fake_registry import FakeRegistry

FOLDER = wizard.SCRIPT.parent
SCRIPTS = sorted([*FOLDER.glob("*.nsi"), *FOLDER.glob("*.nsh")])
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
DEFINES = dict(re.findall(r'^!define (\w+) "?(.*?)"?\s*(?:;.*)?$', SOURCE, re.MULTILINE))


def words(language: str) -> dict[str, str]:
    """Name → words."""
    text = (FOLDER / f"words_{language}.nsh").read_text(encoding="utf-8")
    return dict(re.findall(r'^LangString (\w+) \$\{LANG_\w+\} "(.+)"$', text, re.MULTILINE))


def filled(text: str) -> str:
    """Defines put in, as makensis does."""
    while (after := re.sub(r"\$\{(\w+)\}", lambda found: DEFINES.get(found[1], found[0]), text)) != text:
        text = after
    return text


def test_both_languages_say_the_same_things() -> None:
    japanese, english = words("ja"), words("en")
    assert list(japanese) == list(english)
    for name in japanese:
        variables = [sorted(re.findall(r"\$(?!\\)\w+", text)) for text in (japanese[name], english[name])]
        assert variables[0] == variables[1], name


def test_every_word_is_used_and_every_word_used_is_there() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS if "words_" not in path.name)
    used = set(re.findall(r"\$\((\w+)\)", scripts)) - {"LicenceFile"}
    assert used == set(words("ja"))


@pytest.mark.parametrize(
    "fact", ["name", "name_ja", "version", "publisher", "identifier", "homepage", "summary_ja"]
)
def test_no_fact_of_the_product_is_repeated(fact: str) -> None:
    assert getattr(product(), fact) not in SOURCE


def test_links_are_registered_where_the_programs_switch_looks() -> None:
    assert DEFINES["PROGRAM"] == url_schemes.PROGRAM
    each_scheme = re.search(r"!macro EachScheme DO\n(.*?)!macroend", SOURCE, re.DOTALL)
    assert each_scheme is not None
    assert re.findall(r'"(\w+)"', each_scheme[1]) == list(SCHEMES)
    registry = FakeRegistry()
    url_schemes.RegisteredProgram(registry, ["softphone.exe"]).set(True)
    written = filled(SOURCE).replace("${SCHEME}", SCHEMES[0])
    for (key, name), value in registry.values.items():
        if name in SCHEMES[1:]:
            continue
        line = f'WriteRegStr SHCTX "{key}" "{name}" '
        assert line in written
        if "command" not in key and not name.startswith("Application"):
            assert f'{line}"{value}"' in written


def test_the_program_takes_away_what_the_wizard_put_there() -> None:
    registry = FakeRegistry()
    for scheme in SCHEMES:
        ours = scheme != "tel"
        registry.put(
            rf"Software\Classes\{scheme}\shell\open\command", "", "softphone.exe" if ours else "other.exe"
        )
        if ours:
            registry.put(rf"Software\Classes\{scheme}", url_schemes.PROGRAM, "1")
    switch = url_schemes.RegisteredProgram(registry, ["softphone.exe"])
    switch.set(True)
    switch.set(False)
    assert list(registry.values) == [(r"Software\Classes\tel\shell\open\command", "")]


def test_autostart_stands_where_the_programs_switch_looks() -> None:
    assert (DEFINES["RUN_KEY"], DEFINES["RUN_VALUE"]) == (autostart.RUN_KEY, autostart.LABEL)


def test_personal_data_is_where_the_program_keeps_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    paths = Paths.default()
    assert paths.secret_service == DEFINES["SECRET_SERVICE"]
    assert paths.config_dir.name == DEFINES["SETTINGS"]


def test_a_phone_in_a_call_is_told_by_its_exit_code() -> None:
    assert int(DEFINES["CANNOT_NOW"]) == ExitCode.BUSY


def test_the_list_of_files_names_every_file_and_then_the_folders_from_the_deepest(tmp_path: Path) -> None:
    for name in ("softphone.exe", "_internal/a/b/c.dll", "_internal/z.dll", "_internal/日本 $語.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert wizard.file_list(tmp_path).splitlines() == [
        "_internal\\a\\b\\c.dll",
        "_internal\\z.dll",
        "_internal\\日本 $語.txt",
        "softphone.exe",
        "_internal\\a\\b\\",
        "_internal\\a\\",
        "_internal\\",
    ]
    commands = wizard.payload_commands(tmp_path, tmp_path / wizard.FILE_LIST)
    assert 'SetOutPath "$INSTDIR\\_internal\\a\\b"' in commands
    assert commands.count("File ") == 5


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("0.1.0", "0.1.0.0"), ("1.2", "1.2.0.0"), ("2.0.1rc3", "2.0.1.0"), ("1.2.3.4", "1.2.3.4")],
)
def test_windows_wants_four_numbers(version: str, numbers: str) -> None:
    assert wizard.four_numbers(version) == numbers


def test_the_pictures_are_drawn_from_the_programs_icon(tmp_path: Path) -> None:
    artwork.write(tmp_path)
    for scale in artwork.SCALES:
        for name, size in (("side", artwork.SIDE), ("header", artwork.HEADER)):
            data = (tmp_path / f"{name}-{scale}.bmp").read_bytes()
            width, height = (int.from_bytes(data[at : at + 4], "little") for at in (18, 22))
            assert (width, height) == (size[0] * scale // 100, size[1] * scale // 100)
            assert int.from_bytes(data[28:30], "little") == 24
            assert len(set(data[54:])) > 100
