"""Command lines as Windows takes them apart."""

from __future__ import annotations

import sys

import pytest

from softphone.desktop.windows_registry import WindowsRegistry, windows_command


def test_a_path_with_blanks_is_one_word() -> None:
    assert windows_command(["C:\\a b\\x.exe", "--y"], "%1") == '"C:\\a b\\x.exe" --y "%1"'
    assert windows_command(["x.exe"]) == "x.exe"


@pytest.mark.skipif(sys.platform == "win32", reason="there is one")
def test_elsewhere_there_is_none() -> None:
    registry = WindowsRegistry()
    assert registry.get("Software", "x") is None
    with pytest.raises(OSError, match="no registry"):
        registry.put("Software", "x", "y")
