"""The Debian package, for Debian 12 and 13, Ubuntu 22.04 and 24.04.

    /usr/lib/softphone/package/   the bundle as dpkg unpacks it
    /usr/lib/softphone/0.1.0/     hard links to it, made by postinst: what runs, for as long as it runs
    /usr/lib/softphone/current    the newest of these
    /usr/bin/softphone            the program in it

A frozen program reads modules from its folder whenever it first needs one, and starts its engine from there
again when that dies: were the files replaced under it, a call might be lost to an upgrade.

    python -m installer.linux.deb dist/softphone dist/packages
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from installer.linux.changes import debian_changelog, releases
from installer.linux.copyright import copyright_file
from installer.linux.share import Share, icons_folder, write_compressed, write_text
from installer.linux.sonames import depends
from installer.linux.template import PACKAGE, filled, maintainer
from installer.linux.tree import plant, stamp, wanted_level
from installer.product import ROOT, Product, machine, product, source_date

FAST, SMALL = 0, 6  # levels of xz
ARCHITECTURES = {"x86_64": "amd64", "arm64": "arm64"}
_HERE = Path(__file__).parent
_SCRIPTS = ("postinst", "prerm", "postrm")


def build(
    bundle: Path, out: Path, *, facts: Product | None = None, icons: Path | None = None, level: int = SMALL
) -> Path:
    """``softphone_VERSION_ARCHITECTURE.deb`` in the folder ``out``; the same input gives the same bytes.

    ``facts`` and ``icons`` are the product's own unless a test says otherwise.
    Errors: UnknownLibraries, OSError, CalledProcessError.
    """
    facts = facts or product()
    architecture = ARCHITECTURES[machine()]
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"{PACKAGE}_{facts.version}_{architecture}.deb"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        _fill(root, bundle, facts, icons or icons_folder())
        _describe(root, facts, architecture, depends(bundle))
        stamp(root, source_date())
        # The compressor that works in blocks, however many processors there are: the bytes are the same.
        compression = ["-Zxz", f"-z{level}", "--threads-max=2"]
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", *compression, "--build", root, package],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(source_date())},
        )
    return package


def _fill(root: Path, bundle: Path, facts: Product, icons: Path) -> None:
    """Everything that will lie on the user's machine."""
    usr = root / "usr"
    plant(bundle, usr / "lib" / PACKAGE / "package")
    (usr / "bin").mkdir()
    (usr / "bin" / PACKAGE).symlink_to(f"../lib/{PACKAGE}/current/{PACKAGE}")
    Share(facts, icons).write(usr / "share")
    rules = usr / "lib" / "udev" / "rules.d"
    rules.mkdir(parents=True)
    shutil.copy(_HERE / "70-softphone-headset.rules", rules)
    documents = usr / "share" / "doc" / PACKAGE
    history = releases((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), facts.version, source_date())
    write_compressed(documents / "changelog.gz", debian_changelog(PACKAGE, maintainer(facts), history))
    write_text(documents / "copyright", copyright_file(bundle, facts))
    overrides = usr / "share" / "lintian" / "overrides" / PACKAGE
    write_text(overrides, filled(_HERE / "debian" / "lintian-overrides", facts))


def _describe(root: Path, facts: Product, architecture: str, needed: list[str]) -> None:
    """The folder DEBIAN: control, sums, scripts."""
    files = sorted(file for file in root.rglob("*") if file.is_file() and not file.is_symlink())
    sums = "".join(
        f"{hashlib.md5(file.read_bytes()).hexdigest()}  {file.relative_to(root)}\n" for file in files
    )
    size = sum(-(-file.stat().st_size // 1024) for file in files) + len(list(root.rglob("*"))) - len(files)
    control = root / "DEBIAN"
    write_text(control / "md5sums", sums)
    write_text(
        control / "control",
        filled(
            _HERE / "debian" / "control",
            facts,
            architecture=architecture,
            installed_size=str(size),
            depends=", ".join(needed),
            description=re.sub("^An? ", "", facts.summary),
        ),
    )
    for name in _SCRIPTS:
        write_text(control / name, filled(_HERE / "debian" / name, facts))
        (control / name).chmod(0o755)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2]), level=wanted_level(FAST, SMALL)))
