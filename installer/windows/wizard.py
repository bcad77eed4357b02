"""The Windows setup wizard: one EXE from the folder PyInstaller made, by NSIS (makensis, Linux or Windows).

``python -m installer.windows.wizard BUNDLE OUT`` writes OUT/softphone-VERSION-windows-x86_64-setup.exe.

The wizard itself is softphone.nsi and the files beside it. They hold no facts of the product: those, the list
of files and the licence come from here, in a folder of the build. The same bundle makes the same EXE.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath, PureWindowsPath

from installer.product import ROOT, Product, product, source_date
from installer.windows import artwork

SCRIPT = Path(__file__).with_name("softphone.nsi")
ICON = ROOT / "build" / "icons" / "softphone.ico"
FILE_LIST = "installed-files.txt"
SIGN_VARIABLE = "WINDOWS_SIGN"
# Official NSIS has 32-bit stubs alone; Debian's has 64-bit ones, which Wine without its 32-bit half can run.
DEBIAN_TARGET = "amd64-unicode"


def build(
    bundle: Path, out: Path, facts: Product | None = None, *, icon: Path = ICON, fast: bool = False
) -> Path:
    """The setup program of ``bundle``, in ``out``. ``fast``: soon packed, and bigger.

    Where WINDOWS_SIGN holds a command, it signs the setup program and the uninstaller (their path behind it).
    Errors: OSError, subprocess.CalledProcessError with what makensis said on standard error.
    """
    facts = facts or product()
    out.mkdir(parents=True, exist_ok=True)
    setup = out / facts.file_name("-setup.exe", "windows")
    if not icon.is_file():
        raise FileNotFoundError(f"{icon}: python -m installer.icons {icon.parent}")
    with tempfile.TemporaryDirectory(prefix="softphone-wizard-") as folder:
        made = Path(folder)
        artwork.write(made / "artwork")
        _write_licences(made, facts)
        (made / "payload.nsh").write_text(payload_commands(bundle, made / FILE_LIST), encoding="utf-8-sig")
        (made / FILE_LIST).write_text(file_list(bundle), encoding="utf-16", newline="\r\n")
        _stamp(made / FILE_LIST)
        defines = _defines(facts, bundle, made, setup, icon)
        (made / "facts.nsh").write_text(defines, encoding="utf-8-sig")
        options = [
            *([f"-DTARGET={DEBIAN_TARGET}"] if sys.platform == "linux" else []),
            *(["-DFAST"] if fast else []),
            *([f"-DSIGN={os.environ[SIGN_VARIABLE]}"] if os.environ.get(SIGN_VARIABLE) else []),
            f"-DFACTS={made / 'facts.nsh'}",
        ]
        subprocess.run(
            ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", *options, SCRIPT.name],
            cwd=SCRIPT.parent,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date())},
            check=True,
        )
    return setup


def files_of(bundle: Path) -> list[PurePosixPath]:
    """Every file of the bundle, in one order on every machine."""
    found = (path.relative_to(bundle) for path in bundle.rglob("*") if path.is_file())
    return sorted((PurePosixPath(path.as_posix()) for path in found), key=str)


def file_list(bundle: Path) -> str:
    """What the wizard puts down, a line each: files, then their folders, deepest first, with a ``\\``."""
    files = files_of(bundle)
    folders = {parent for file in files for parent in file.parents if parent.name}
    deepest_first = sorted(folders, key=lambda folder: (-len(folder.parts), str(folder)))
    lines = [str(PureWindowsPath(file)) for file in files]
    lines += [f"{PureWindowsPath(folder)}\\" for folder in deepest_first]
    return "".join(f"{line}\n" for line in lines)


def payload_commands(bundle: Path, list_file: Path) -> str:
    """The NSIS commands that put the files down."""
    lines = []
    folder = None
    for file in files_of(bundle):
        if file.parent != folder:
            folder = file.parent
            place = PureWindowsPath("$INSTDIR") / _literal(str(PureWindowsPath(folder)))
            lines.append(f'SetOutPath "{place}"')
        lines.append(f'File "{bundle.absolute() / file}"')
    lines += ['SetOutPath "$INSTDIR"', f'File "{list_file}"']
    return "\n".join(lines) + "\n"


def four_numbers(version: str) -> str:
    """A version as Windows stores it: 1.2 and 1.2.0rc1 are 1.2.0.0."""
    numbers = [int(number) for number in re.match(r"[\d.]*\d", version)[0].split(".")]  # type: ignore[index]
    return ".".join(map(str, [*numbers, 0, 0, 0][:4]))


def _defines(facts: Product, bundle: Path, made: Path, setup: Path, icon: Path) -> str:
    size = sum((bundle / file).stat().st_size for file in files_of(bundle))
    values = {
        "NAME": facts.name,
        "NAME_JA": facts.name_ja,
        "VERSION": facts.version,
        "FOUR_NUMBERS": four_numbers(facts.version),
        "PUBLISHER": facts.publisher,
        "IDENTIFIER": facts.identifier,
        "HOMEPAGE": facts.homepage,
        "LICENCE": facts.licence,
        "SUMMARY": facts.summary,
        "SUMMARY_JA": facts.summary_ja,
        "SIZE_KB": str(-(-size // 1024)),
        "FILE_NAME": setup.name,
        "OUTFILE": str(setup.absolute()),
        "ICON": str(icon.absolute()),
        "ARTWORK": str(made / "artwork"),
        "LICENCE_JA": str(made / "licence_ja.txt"),
        "LICENCE_EN": str(made / "licence_en.txt"),
        "PAYLOAD_LIST": str(made / "payload.nsh"),
    }
    return "".join(f'!define {name} "{_literal(value)}"\n' for name, value in values.items())


def _write_licences(folder: Path, facts: Product) -> None:
    """The agreement in each language: an introduction in it, and the licence as it stands."""
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    for language, name in (("ja", facts.name_ja), ("en", facts.name)):
        file = f"licence_{language}.txt"
        introduction = SCRIPT.with_name(file).read_text(encoding="utf-8").replace("{name}", name)
        (folder / file).write_text(f"{introduction}\n\n{licence}", encoding="utf-8-sig", newline="\r\n")


def _stamp(*files: Path) -> None:
    """The date of the source, so that equal builds are equal."""
    for file in files:
        os.utime(file, (source_date(), source_date()))


def _literal(text: str) -> str:
    """``text`` as it stands, between NSIS's double quotes."""
    return "".join(_ESCAPES.get(character, character) for character in text)


_ESCAPES = {"$": "$$", '"': '$\\"', "\r": "$\\r", "\n": "$\\n"}


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
