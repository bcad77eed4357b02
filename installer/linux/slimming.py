"""Makes the Linux bundle smaller without taking anything the program can show or say: 55 MB of it.

libpython     carries debugging symbols where the builder's Python was compiled by hand; stripped, and so is
              what cryptography and PyNaCl built. Other wheels' libraries are left alone: auditwheel moved
              their sections, and stripping may break them.
lib-dynload   names the folder of the builder's own Python as a place to load libraries from; taken out, for
              on another machine that folder may belong to somebody.
libicudata    32 MB, nearly all of it other languages' names of countries, currencies and zones, and old
              encodings. Kept is what Qt asks ICU for: sorting in Japanese and English, time zones, Japan's
              encodings.

Needs strip and objcopy (binutils), chrpath, icupkg (icu-devtools) and a C compiler.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ICU_KEPT = re.compile(
    r"(coll/|curr/|zone/|)(pool|res_index|root|ja(_JP)?|en(_001|_US)?)\.res"
    r"|(currencyNumericCodes|icustd|icuver|keyTypeData|likelySubtags|metaZones|metadata|numberingSystems"
    r"|supplementalData|timezoneTypes|windowsZones|zoneinfo64)\.res"
    r"|coll/ucadata\.icu|[^/]*\.nrm|(cnvalias|uemoji|ulayout)\.icu"
    r"|(ibm-943_P15A-2003|ibm-954_P101-2007|ibm-33722_P12A_P12A-2009_U2|ibm-5348_P100-1997|euc-jp-2007|jisx-212)\.cnv"
)

_DATA_SOURCE = """\
.section .rodata
.balign 16
.globl {symbol}
.type {symbol}, @object
{symbol}:
.incbin "{file}"
.size {symbol}, . - {symbol}
.section .note.GNU-stack,"",@progbits
"""


def slim(bundle: Path) -> None:
    """Change the bundle in place. Errors: OSError, CalledProcessError where a tool is missing or fails."""
    inside = bundle / "_internal"
    for pattern in (
        "libpython*.so*",
        "python3*/lib-dynload/*.so",
        "cryptography/hazmat/bindings/_rust*.so",
        "nacl/_sodium*.so",
    ):
        for file in inside.glob(pattern):
            _run("chrpath", "--delete", file)
            _run("strip", "--strip-unneeded", file)
    for file in inside.glob("PySide6/Qt/lib/libicudata.so.*"):
        slim_icu(file)


def slim_icu(library: Path) -> None:
    """Replace ICU's data library by one with the kept items only, under the same name and symbol."""
    version = library.name.rpartition(".")[2]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        data = work / f"icudt{version}l.dat"
        _run("objcopy", "-O", "binary", "--only-section=.rodata", library, data)
        items = _run("icupkg", "-l", data).split()
        (work / "unused.txt").write_text(
            "".join(f"{item}\n" for item in items if not ICU_KEPT.fullmatch(item))
        )
        _run("icupkg", "-r", work / "unused.txt", data, work / "kept.dat")
        source = work / "data.s"
        source.write_text(_DATA_SOURCE.format(symbol=f"icudt{version}_dat", file=work / "kept.dat"))
        _run("cc", "-shared", "-nostdlib", f"-Wl,-soname,{library.name}", "-o", library, source)


def _run(*command: object) -> str:
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout, done.stderr)
    return done.stdout


if __name__ == "__main__":
    slim(Path(sys.argv[1]))
