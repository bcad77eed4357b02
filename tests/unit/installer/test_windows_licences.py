"""The libraries of a Windows bundle that no package brings: each has its part in the table of licences."""

import pytest

from installer.licences import bundled


@pytest.mark.parametrize(
    "name",
    [
        *(
            "_asyncio.pyd",
            "_ctypes.pyd",
            "_multiprocessing.pyd",
            "_overlapped.pyd",
            "_sqlite3.pyd",
            "_ssl.pyd",
        ),
        *("libcrypto-3.dll", "libffi-8.dll", "pyexpat.pyd", "python3.dll", "python311.dll", "sqlite3.dll"),
        *("select.pyd", "unicodedata.pyd", "vcruntime140.dll", "softphone.exe", "softphone-cli.exe"),
    ],
)
def test_it_has_a_maker(name: str) -> None:
    assert bundled.native_owner(name, "windows") == "native"
