"""Where things lie: the user's folders, or one folder that holds everything of a run."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

_APP = "softphone"


@dataclass(frozen=True)
class Paths:
    """The folders of one phone. ``secret_service`` keeps phones side by side apart in the keyring."""

    config_dir: Path
    log_dir: Path
    secret_service: str

    @classmethod
    def default(cls) -> Paths:
        """The operating system's folders for this user. Errors: OSError."""
        import platformdirs

        dirs = platformdirs.PlatformDirs(_APP, appauthor=False, roaming=True)
        return cls(Path(dirs.user_config_dir), Path(dirs.user_log_dir), _APP)._made()

    @classmethod
    def at(cls, config_dir: Path) -> Paths:
        """Everything inside ``config_dir``. Errors: OSError."""
        config_dir = config_dir.expanduser().absolute()
        digest = hashlib.sha256(str(config_dir).encode()).hexdigest()[:12]
        return cls(config_dir, config_dir / "log", f"{_APP}:{digest}")._made()

    @property
    def settings_file(self) -> Path:
        """The settings (TOML)."""
        return self.config_dir / "settings.toml"

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
        return self


def resources_dir() -> Path:
    """``resources/``: beside the package, or inside the bundle of a frozen program."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parents[2]) / "resources"
