"""The archive for every other Linux: a folder to unpack anywhere and run, or to give to install.sh.

softphone-0.1.0/softphone  _internal/  share/  install.sh  README.txt

python -m installer.linux.tarball dist/softphone dist/packages
"""

from __future__ import annotations

import gzip
import io
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path

from installer.linux.share import Share, icons_folder, write_text
from installer.linux.template import PACKAGE, filled
from installer.linux.tree import plant, stamp, wanted_level
from installer.product import ROOT, Product, product, source_date

FAST, SMALL = 1, 6  # levels of gzip
_HERE = Path(__file__).parent


def build(
    bundle: Path, out: Path, *, facts: Product | None = None, icons: Path | None = None, level: int = SMALL
) -> Path:
    """The archive in the folder ``out``; the same input gives the same bytes. Errors: OSError."""
    facts = facts or product()
    out.mkdir(parents=True, exist_ok=True)
    archive = out / facts.file_name(".tar.gz", "linux")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / f"{PACKAGE}-{facts.version}"
        plant(bundle, root)
        Share(facts, icons or icons_folder()).write(root / "share")
        write_text(root / "README.txt", filled(_HERE / "README.txt", facts))
        write_text(root / "install.sh", filled(_HERE / "install.sh", facts))
        (root / "install.sh").chmod(0o755)
        shutil.copyfile(ROOT / "LICENSE", root / "LICENSE")
        shutil.copyfile(_HERE / "70-softphone-headset.rules", root / "share" / "70-softphone-headset.rules")
        stamp(root, source_date())
        _write(archive, root, level)
    return archive


def _write(archive: Path, root: Path, level: int) -> None:
    """Entries by name, all of them root's."""
    with archive.open("wb") as file, gzip.GzipFile("", "wb", level, file, mtime=0) as compressed:
        buffered = io.BufferedWriter(compressed, 1 << 20)
        with tarfile.open(fileobj=buffered, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in (root, *sorted(root.rglob("*"))):
                tar.add(path, str(path.relative_to(root.parent)), recursive=False, filter=_of_root)
        buffered.flush()


def _of_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    return entry


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2]), level=wanted_level(FAST, SMALL)))
