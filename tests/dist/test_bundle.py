"""The bundle's size and parts."""

import ctypes
from pathlib import Path

import pytest

from installer.dist import LIMITS_MB, sizes


def test_the_bundle_is_small_enough(bundle: Path) -> None:
    print(sizes())
    size = sum(file.lstat().st_size for file in bundle.rglob("*"))
    assert size / 1e6 <= LIMITS_MB["softphone"]


def test_the_builder_is_not_named(bundle: Path) -> None:
    named = [str(file) for file in bundle.rglob("direct_url.json")]
    assert named == []


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("ja", ["ん", "あ", "ア", "亜", "安", "い", "A"], ["A", "あ", "ア", "い", "ん", "亜", "安"]),
        ("en", ["z", "B", "a", "é", "e"], ["a", "B", "e", "é", "z"]),
    ],
)
def test_the_smaller_icu_still_sorts(
    bundle: Path, language: str, words: list[str], expected: list[str]
) -> None:
    folder = bundle / "_internal" / "PySide6" / "Qt" / "lib"
    version = next(folder.glob("libicuuc.so.*")).name.rpartition(".")[2]
    library = ctypes.CDLL(str(folder / f"libicui18n.so.{version}"))
    opened = getattr(library, f"ucol_open_{version}")
    opened.restype = ctypes.c_void_p
    status = ctypes.c_int(0)
    collator = ctypes.c_void_p(opened(language.encode(), ctypes.byref(status)))
    assert status.value <= 0, "the language's rules are missing"
    key = getattr(library, f"ucol_getSortKey_{version}")

    def sort_key(word: str) -> bytes:
        units = word.encode("utf-16-le")
        buffer = ctypes.create_string_buffer(200)
        length = key(collator, units, len(units) // 2, buffer, len(buffer))
        return buffer.raw[:length]

    assert sorted(words, key=sort_key) == expected
