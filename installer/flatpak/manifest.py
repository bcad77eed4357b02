"""Writes what flatpak-builder builds the Flatpak from: the manifest, and the desktop files under its name.

    python -m installer.flatpak.manifest dist/softphone build/flatpak
    flatpak-builder --user --install --force-clean build/flatpak/tree build/flatpak/org.example.softphone.json

In the sandbox the phone has the network, sound, the screen, the keyring, notifications, the tray and players.
It has no headset's buttons (they would take every device), and starting at log-in is the desktop's to set.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from installer.linux.share import Share, icons_folder
from installer.linux.template import PACKAGE
from installer.product import Product, product

RUNTIME = "25.08"  # supported until September 2027
PERMISSIONS = {
    "--share=network": "SIP and speech",
    "--share=ipc": "X11 draws through shared memory",
    "--socket=wayland": "windows",
    "--socket=fallback-x11": "windows where there is no Wayland",
    "--device=dri": "drawing by the graphics card",
    "--socket=pulseaudio": "microphone and speaker, by PipeWire too",
    "--talk-name=org.freedesktop.secrets": "passwords in the desktop's keyring",
    "--talk-name=org.freedesktop.Notifications": "callers and missed calls",
    "--talk-name=org.kde.StatusNotifierWatcher": "the icon in the tray",
    "--talk-name=org.mpris.MediaPlayer2.*": "players are paused in a call",
    "--talk-name=org.freedesktop.ScreenSaver": "names are hidden on a locked screen; awake in a call",
    "--talk-name=org.gnome.ScreenSaver": "the same on GNOME",
    "--talk-name=org.gnome.SessionManager": "no sleep in a call",
    "--system-talk-name=org.freedesktop.login1": "the lock as logind tells it",
}


def build(bundle: Path, out: Path, *, facts: Product | None = None, icons: Path | None = None) -> Path:
    """The manifest, written into the folder ``out`` with its sources. Errors: OSError."""
    facts = facts or product()
    shutil.rmtree(out / "share", ignore_errors=True)
    Share(facts, icons or icons_folder(), icon=facts.identifier).write(out / "share")
    manifest = out / f"{facts.identifier}.json"
    manifest.write_text(
        json.dumps(_manifest(facts, os.path.relpath(bundle, out)), indent=2) + "\n", encoding="utf-8"
    )
    return manifest


def _manifest(facts: Product, bundle: str) -> dict[str, object]:
    """``bundle``: seen from the manifest. Source: flatpak-manifest(5)."""
    module = {
        "name": PACKAGE,
        "buildsystem": "simple",
        "build-commands": [
            f"mkdir -p /app/lib/{PACKAGE} /app/bin /app/share",
            f"cp -r bundle/. /app/lib/{PACKAGE}",
            "cp -r share/. /app/share",
            f"ln -s ../lib/{PACKAGE}/{PACKAGE} /app/bin/{PACKAGE}",
        ],
        "sources": [
            {"type": "dir", "path": bundle, "dest": "bundle"},
            {"type": "dir", "path": "share", "dest": "share"},
        ],
    }
    return {
        "id": facts.identifier,
        "runtime": "org.freedesktop.Platform",
        "runtime-version": RUNTIME,
        "sdk": "org.freedesktop.Sdk",
        "command": PACKAGE,
        "finish-args": list(PERMISSIONS),
        "build-options": {"no-debuginfo": True},  # auditwheel moved the libraries' sections
        "modules": [module],
    }


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
