import sys
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from softphone.domain.account import AccountForm, parse_account
from softphone.domain.commands import RecordingFormat
from softphone.domain.dial_plan import CallerId, DialPlan
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.ports import LoadedSettings
from softphone.domain.provider import FeatureCodes
from softphone.domain.settings import (
    Appearance,
    AudioSettings,
    AutoAnswer,
    CallSettings,
    HookSettings,
    PbxSettings,
    RecordingSettings,
    Settings,
)
from softphone.storage.paths import Paths
from softphone.storage.settings import TomlSettings

ACCOUNT = parse_account(AccountForm(user_id="abcde20201", password="himitsu1", server="h.jp:5070"))


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.at(tmp_path / "設定 dir")


def test_what_is_saved_is_loaded(paths: Paths) -> None:
    store = TomlSettings(paths)
    settings = Settings(
        account=ACCOUNT,
        audio=AudioSettings(input_device="ヘッドセット", output_gain_db=-3.5),
        language="en",
        appearance=Appearance.DARK,
        instance_id="11111111-2222-3333-4444-555555555555",
    )
    store.save(settings)
    loaded = TomlSettings(paths).load()
    assert loaded.settings == settings
    assert loaded.kept_aside == ""
    assert "himitsu1" not in paths.settings_file.read_text(encoding="utf-8")


def test_the_first_load_makes_an_instance_id_that_stays(paths: Paths) -> None:
    first = TomlSettings(paths).load().settings.instance_id
    assert len(first) == 36
    assert TomlSettings(paths).load().settings.instance_id == first


@pytest.mark.parametrize("content", [b"account = [", b"\xff\xfe\x00broken", b"version = 1\nversion = 2"])
def test_a_file_that_is_no_toml_is_kept_aside(paths: Paths, content: bytes) -> None:
    paths.settings_file.write_bytes(content)
    loaded = TomlSettings(paths).load()
    assert Path(loaded.kept_aside).read_bytes() == content
    assert loaded.settings.account is None
    assert TomlSettings(paths).load().kept_aside == ""


def test_one_wrong_value_does_not_lose_the_account(paths: Paths) -> None:
    TomlSettings(paths).save(Settings(account=ACCOUNT, language="en", instance_id="x"))
    text = paths.settings_file.read_text(encoding="utf-8")
    damaged = text.replace("ui_scale = 100", 'ui_scale = "big"').replace(
        "echo_cancellation = true", "echo_cancellation = 7"
    )
    assert damaged != text
    paths.settings_file.write_text(damaged, encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert loaded.settings.account == ACCOUNT
    assert loaded.settings.language == "en"
    assert loaded.settings.ui_scale == 100
    assert loaded.settings.audio == AudioSettings()
    assert Path(loaded.kept_aside).read_text(encoding="utf-8") == damaged


@pytest.mark.parametrize(
    ("sound", "broken"),
    [
        ("expires_s = 300", 'expires_s = "soon"'),
        ("expires_s = 300", "expires_s = 1"),
        ('transport = "udp"', 'transport = "pigeon"'),
        ('language = "ja"', 'language = "tlh"'),
        ("log_level = 3", "log_level = 99"),
        ("output_gain_db = 0.0", "output_gain_db = nan"),
    ],
)
def test_a_value_that_cannot_be_used_takes_its_default(paths: Paths, sound: str, broken: str) -> None:
    settings = Settings(account=ACCOUNT, instance_id="x")
    TomlSettings(paths).save(settings)
    text = paths.settings_file.read_text(encoding="utf-8")
    assert sound in text
    paths.settings_file.write_text(text.replace(sound, broken), encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert loaded.settings == settings
    assert broken in Path(loaded.kept_aside).read_text(encoding="utf-8")
    assert TomlSettings(paths).load().kept_aside == ""


@pytest.mark.parametrize("broken", ['host = "a b"', "host = 5", ""])
def test_an_account_without_a_usable_server_is_none_and_the_rest_stays(paths: Paths, broken: str) -> None:
    TomlSettings(paths).save(Settings(account=ACCOUNT, language="en", instance_id="x"))
    text = paths.settings_file.read_text(encoding="utf-8")
    assert 'host = "h.jp"' in text
    paths.settings_file.write_text(text.replace('host = "h.jp"', broken), encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert loaded.settings == Settings(language="en", instance_id="x")
    assert loaded.kept_aside


def test_a_file_nested_without_end_is_kept_aside(paths: Paths) -> None:
    paths.settings_file.write_text("a = " + "[" * 100_000, encoding="utf-8")
    assert TomlSettings(paths).load().kept_aside


def test_a_file_of_a_newer_version_is_kept_and_used_as_far_as_it_goes(paths: Paths) -> None:
    paths.settings_file.write_text('version = 99\nlanguage = "en"\nfuture = true\n', encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert loaded.settings.language == "en"
    assert "version = 99" in Path(loaded.kept_aside).read_text(encoding="utf-8")


def test_two_damaged_files_in_one_second_are_both_kept(paths: Paths) -> None:
    kept = set()
    for content in (b"a = [", b"b = ["):
        paths.settings_file.write_bytes(content)
        kept.add(TomlSettings(paths).load().kept_aside)
    assert len(kept) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_settings_are_readable_by_their_owner_only(paths: Paths) -> None:
    TomlSettings(paths).save(Settings())
    assert paths.settings_file.stat().st_mode & 0o077 == 0


def test_a_file_that_is_in_use_for_a_moment_is_waited_for(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = TomlSettings(paths)
    store.save(Settings())
    refusals = ["read", "replace"]

    def refuse_once(name: str) -> None:
        action = getattr(Path, name if name == "replace" else "read_bytes")

        def act(*arguments: Path) -> object:
            if name in refusals:
                refusals.remove(name)
                raise PermissionError(13, "The process cannot access the file")
            return action(*arguments)

        monkeypatch.setattr(Path, action.__name__, act)

    refuse_once("read")
    refuse_once("replace")
    store.save(Settings(language="en"))
    loaded = store.load()
    assert (loaded.settings.language, loaded.kept_aside, refusals) == ("en", "", [])


def test_a_failed_write_leaves_the_old_file(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    store = TomlSettings(paths)
    store.save(Settings(language="en"))
    before = paths.settings_file.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.save(Settings(language="ja"))
    assert paths.settings_file.read_bytes() == before
    assert [path.name for path in paths.config_dir.glob(".settings-*")] == []


ABSENT = Settings(
    instance_id="x",
    calls=CallSettings(max_calls=2, auto_answer=AutoAnswer(active=True, callers=("2*",), after_s=3)),
    dialling=DialPlan(
        outside_prefix="0",
        site_number="20",
        extension_digits=3,
        caller_id=CallerId.WITHHOLD,
        own_numbers=("0311112222", "0311113333"),
        identity="0311113333",
    ),
    absence=AbsenceSettings(
        active=True,
        rules=(
            AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="０９０ 1234"),
            AbsenceRule(kind=Absence.NO_ANSWER, action=AbsenceAction.REACH, after_s=5),
        ),
        reach=(ReachNumber(number="09012345678", end_s=25),),
        schedule=Schedule(weekdays=(0, 4), from_min=17 * 60, until_min=9 * 60),
        callers=("03*", "201"),
        anonymous_callers=False,
    ),
    pbx=PbxSettings(web_page="https://pbx.example.jp/", feature_codes=FeatureCodes(pickup="*8{ext}")),
    recording=RecordingSettings(automatic=True, format=RecordingFormat.FLAC, never=("201",)),
    hooks=HookSettings(on_ring='notify "着信 from"'),
)


def test_nested_sections_are_loaded_as_they_were_saved(paths: Paths) -> None:
    TomlSettings(paths).save(ABSENT)
    assert TomlSettings(paths).load() == LoadedSettings(settings=ABSENT)


def test_a_file_from_before_a_section_was_there_loads(paths: Paths) -> None:
    paths.settings_file.write_text('version = 1\nlanguage = "en"\ninstance_id = "x"\n', encoding="utf-8")
    assert TomlSettings(paths).load() == LoadedSettings(settings=Settings(language="en", instance_id="x"))


@pytest.mark.parametrize(
    ("sound", "broken", "expected"),
    [
        ("max_calls = 2", "max_calls = 5", replace(ABSENT, calls=replace(ABSENT.calls, max_calls=4))),
        ("max_calls = 2", "max_calls = 0", replace(ABSENT, calls=replace(ABSENT.calls, max_calls=4))),
        (
            "after_s = 3",
            "after_s = -1",
            replace(
                ABSENT, calls=replace(ABSENT.calls, auto_answer=replace(ABSENT.calls.auto_answer, after_s=0))
            ),
        ),
        (
            'outside_prefix = "0"',
            'outside_prefix = "0x"',
            replace(ABSENT, dialling=replace(ABSENT.dialling, outside_prefix="")),
        ),
        (
            'kind = "busy"',
            'kind = "bored"',
            replace(ABSENT, absence=replace(ABSENT.absence, rules=ABSENT.absence.rules[1:])),
        ),
        (
            "end_s = 25",
            'end_s = "late"',
            replace(ABSENT, absence=replace(ABSENT.absence, reach=(ReachNumber(number="09012345678"),))),
        ),
        (
            "from_min = 1020",
            "from_min = 1441",
            replace(
                ABSENT,
                absence=replace(ABSENT.absence, schedule=replace(ABSENT.absence.schedule, from_min=0)),
            ),
        ),
        ('format = "flac"', "format = 7", replace(ABSENT, recording=replace(ABSENT.recording, format="wav"))),
    ],
)
def test_one_wrong_value_in_a_nested_section_takes_its_default(
    paths: Paths, sound: str, broken: str, expected: Settings
) -> None:
    TomlSettings(paths).save(ABSENT)
    text = paths.settings_file.read_text(encoding="utf-8")
    assert text.count(sound) == 1
    paths.settings_file.write_text(text.replace(sound, broken), encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert msgspec.to_builtins(loaded.settings) == msgspec.to_builtins(expected)
    assert broken in Path(loaded.kept_aside).read_text(encoding="utf-8")


def test_a_weekday_that_is_none_is_not_kept(paths: Paths) -> None:
    paths.settings_file.write_text("[absence.schedule]\nweekdays = [0, 7]\nfrom_min = 60\n", encoding="utf-8")
    loaded = TomlSettings(paths).load()
    assert loaded.settings.absence.schedule == Schedule(from_min=60)
    assert loaded.kept_aside


@pytest.mark.parametrize("broken", ["absence = 1", "absence = [1]", "[absence]\nrules = 1", "calls = {}"])
def test_a_section_of_the_wrong_kind_takes_its_default(paths: Paths, broken: str) -> None:
    paths.settings_file.write_text(f'instance_id = "x"\n{broken}\n', encoding="utf-8")
    assert TomlSettings(paths).load().settings == Settings(instance_id="x")
