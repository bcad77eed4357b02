"""What goes beside the program on every Linux desktop: entry, icons, AppStream metadata, manual pages.

The folder stands as it would under /usr/share; the .deb, the archive, the AppImage and the Flatpak take it.
"""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path

from installer.linux.changes import appstream_releases, releases
from installer.linux.manual import manual
from installer.linux.template import PACKAGE, filled
from installer.product import ROOT, Product, source_date

ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
LANGUAGES = ("en", "ja")
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Share:
    """``icons``: the folder installer.icons wrote. ``icon`` names icon and desktop entry."""

    product: Product
    icons: Path
    icon: str = PACKAGE

    def write(self, folder: Path) -> None:
        """Everything. Errors: OSError."""
        product = self.product
        history = releases(
            (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), product.version, source_date()
        )
        write_text(
            folder / "applications" / f"{self.icon}.desktop",
            filled(_HERE / "softphone.desktop", product, icon=self.icon),
        )
        write_text(
            folder / "metainfo" / f"{product.identifier}.metainfo.xml",
            filled(_HERE / "metainfo.xml", product, releases=appstream_releases(history), icon=self.icon),
        )
        self._write_icons(folder / "icons" / "hicolor")
        for language in LANGUAGES:
            place = folder / "man" / ("" if language == "en" else language) / "man1" / f"{PACKAGE}.1.gz"
            write_compressed(place, manual(product, language, source_date()))

    def _write_icons(self, folder: Path) -> None:
        places = {f"{size}x{size}": f"{PACKAGE}-{size}.png" for size in ICON_SIZES}
        for name, source in (places | {"scalable": f"{PACKAGE}.svg"}).items():
            target = folder / name / "apps" / f"{self.icon}{Path(source).suffix}"
            target.parent.mkdir(parents=True)
            shutil.copyfile(self.icons / source, target)


def icons_folder() -> Path:
    """The drawn icons, drawn now where they are not there yet."""
    folder = ROOT / "build" / "icons"
    if not (folder / f"{PACKAGE}.svg").exists():
        from installer import icons  # needs Qt and Pillow

        icons.write(folder)
    return folder


def write_text(path: Path, text: str) -> None:
    """A text file with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_compressed(path: Path, text: str) -> None:
    """The same, compressed by gzip without a name or a time in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
