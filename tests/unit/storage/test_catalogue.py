from pathlib import Path

import pytest

from softphone.domain.provider import choose_profile
from softphone.storage.catalogue import load_providers, load_texts
from softphone.storage.paths import resources_dir


def test_words_are_flattened_and_a_key_stands_once(tmp_path: Path) -> None:
    folder = tmp_path / "i18n" / "ja"
    folder.mkdir(parents=True)
    (folder / "a.toml").write_text('[x.y]\nz = "語"\n', encoding="utf-8")
    assert load_texts(tmp_path, "ja") == {"x.y.z": "語"}
    (folder / "b.toml").write_text('x.y.z = "再"\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.y\.z"):
        load_texts(tmp_path, "ja")


def test_an_unknown_language_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_texts(tmp_path, "xx")


def test_the_cloud_pbx_is_known_by_its_server() -> None:
    profile = choose_profile(load_providers(resources_dir()), service_code="", host="01234abc.smart-pbx.jp")
    assert profile is not None
    assert profile.key == "hikari-cloud-pbx"
    assert profile.codecs[0] == "G722"
