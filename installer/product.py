"""The product's facts for whatever builds a package: name, version, date, file names. Standard library only.

``python -m installer.product FIELD`` prints one, for scripts that are not Python.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Product:
    """What ``resources/product.toml`` and ``softphone.__version__`` say."""

    version: str
    name: str
    name_ja: str
    publisher: str
    identifier: str
    homepage: str
    licence: str
    summary: str
    summary_ja: str
    update_feed: str
    update_channel: str

    def file_name(self, suffix: str, system: str) -> str:
        """The file people download: ``softphone-0.1.0-linux-x86_64.tar.gz``."""
        return f"softphone-{self.version}-{system}-{machine()}{suffix}"


def product() -> Product:
    """Errors: OSError, ValueError, KeyError where the sources are damaged."""
    facts = tomllib.loads((ROOT / "resources" / "product.toml").read_text(encoding="utf-8"))
    return Product(version=version(), **facts)


def version() -> str:
    """``softphone.__version__``, read without importing the program."""
    source = (ROOT / "softphone" / "__init__.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__version__":
            return str(ast.literal_eval(node.value))
    raise ValueError("softphone/__init__.py holds no __version__")


def machine() -> str:
    """x86_64 or arm64, on every system by the same word."""
    name = platform.machine().lower()
    return {"amd64": "x86_64", "aarch64": "arm64"}.get(name, name)


def source_date() -> int:
    """Unix seconds of the last commit, or SOURCE_DATE_EPOCH (reproducible-builds.org): builds are alike.

    Sources that came without their history have the date of the file that holds the version.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told:
        return int(told)
    git = ["git", "log", "-1", "--format=%ct"]
    try:
        return int(subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        return int((ROOT / "softphone" / "__init__.py").stat().st_mtime)


if __name__ == "__main__":
    field = sys.argv[1]
    print(source_date() if field == "source_date" else getattr(product(), field))
