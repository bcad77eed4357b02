"""Where things lie: the user's folders, or one folder that holds everything, named or beside the program."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

_APP = "softphone"
_POLICY = "policy.toml"
_PORTABLE_DIR = "data"
_PORTABLE_SECRETS = f"{_APP}:portable"


@dataclass(frozen=True)
class Paths:
    """The folders of one phone. ``secret_service`` keeps phones side by side apart in the keyring.

    ``recordings_dir`` is where recordings go unless the user chose a folder; ``policy_files`` are the
    administrator's, whether they are there or not.
    """

    config_dir: Path
    log_dir: Path
    secret_service: str
    recordings_dir: Path
    policy_files: tuple[Path, ...]

    @classmethod
    def default(cls) -> Paths:
        """The operating system's folders for this user, or a portable copy's own folder. Errors: OSError."""
        beside = _portable_dir()
        if beside is not None:
            # The keyring is the computer's: its entry must not change with the letter of a USB drive.
            return replace(cls.at(beside), secret_service=_PORTABLE_SECRETS)
        import platformdirs

        dirs = platformdirs.PlatformDirs(_APP, appauthor=False, roaming=True)
        recordings = platformdirs.user_data_path(_APP, appauthor=False) / "recordings"
        return cls(
            Path(dirs.user_config_dir), Path(dirs.user_log_dir), _APP, recordings, _site_policy_files()
        )._made()

    @classmethod
    def at(cls, config_dir: Path) -> Paths:
        """Everything inside ``config_dir``, the machine's policy apart. Errors: OSError."""
        config_dir = config_dir.expanduser().absolute()
        digest = hashlib.sha256(str(config_dir).encode()).hexdigest()[:12]
        policies = (*_site_policy_files(), config_dir / _POLICY)
        recordings = config_dir / "recordings"
        return cls(config_dir, config_dir / "log", f"{_APP}:{digest}", recordings, policies)._made()

    @property
    def named(self) -> bool:
        """The user named a folder (``--config-dir``); the program would not find it by itself."""
        return self.secret_service not in (_APP, _PORTABLE_SECRETS)

    @property
    def settings_file(self) -> Path:
        """The settings (TOML)."""
        return self.config_dir / "settings.toml"

    @property
    def database_file(self) -> Path:
        """History and phone book (SQLite)."""
        return self.config_dir / "phone.db"

    @property
    def downloads_dir(self) -> Path:
        """Where this user finds what was downloaded; it may not be there yet."""
        import platformdirs

        return platformdirs.user_downloads_path()

    @property
    def engine_log(self) -> Path:
        """What the engine wrote on its standard error."""
        return self.log_dir / "engine.log"

    @property
    def phone_log(self) -> Path:
        """What the phone process logged."""
        return self.log_dir / "phone.log"

    def _made(self) -> Paths:
        for folder in (self.config_dir, self.log_dir):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Without it a recording fails in words; the phone works.
        with contextlib.suppress(OSError):
            self.recordings_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self


def _portable_dir() -> Path | None:
    """The folder ``data`` beside a frozen program; None where it is not portable."""
    folder = Path(sys.executable).parent / _PORTABLE_DIR
    return folder if getattr(sys, "frozen", False) and folder.is_dir() else None


def _site_policy_files() -> tuple[Path, ...]:
    """/etc/xdg/softphone, %ProgramData%\\softphone, /Library/Application Support/softphone."""
    import platformdirs

    folders = platformdirs.site_config_dir(_APP, appauthor=False, multipath=True).split(os.pathsep)
    if sys.platform == "linux":  # whatever XDG_CONFIG_DIRS says: it is the user's to set
        folders.append(f"/etc/xdg/{_APP}")
    return tuple(Path(folder) / _POLICY for folder in dict.fromkeys(folders))


def resources_dir() -> Path:
    """``resources/``: beside the package, or inside the bundle of a frozen program."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parents[2]) / "resources"
