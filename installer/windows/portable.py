"""The portable program: a ZIP to unpack anywhere and run; what it remembers lies in ``data`` beside it.

``python -m installer.windows.portable BUNDLE OUT`` writes OUT/softphone-VERSION-windows-x86_64-portable.zip.

The folder ``data`` makes it portable (``softphone.storage.paths``); portable.txt goes into it and says so.
The same bundle makes the same ZIP.
"""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path

from installer.product import Product, product, source_date
from installer.windows.wizard import files_of

TEXT = Path(__file__).with_name("portable.txt")
MARKER = "data"
_DOS = 0  # the system that made it: no Unix modes, Explorer's own way


def build(bundle: Path, out: Path, facts: Product | None = None) -> Path:
    """The ZIP of ``bundle``, in ``out``. Errors: OSError."""
    facts = facts or product()
    out.mkdir(parents=True, exist_ok=True)
    file = out / facts.file_name("-portable.zip", "windows")
    text = TEXT.read_text(encoding="utf-8").replace("{name}", facts.name).replace("{name_ja}", facts.name_ja)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in files_of(bundle):
            packed.writestr(_entry(f"{facts.name}/{name}"), (bundle / name).read_bytes())
        readme = text.replace("\n", "\r\n").encode("utf-8-sig")
        packed.writestr(_entry(f"{facts.name}/{MARKER}/README.txt"), readme)
    return file


def _entry(name: str) -> zipfile.ZipInfo:
    """A name in the ZIP with the source's date."""
    entry = zipfile.ZipInfo(name, time.gmtime(source_date())[:6])
    entry.create_system = _DOS
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
