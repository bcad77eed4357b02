"""Which feed this build follows and whose signature it believes: ``product.toml``, ``update_keys.toml``."""

from __future__ import annotations

import base64
import tomllib
from pathlib import Path
from typing import Any

import msgspec


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """``url`` of the feed; ``product`` and ``channel`` as they must stand in it; ``keys`` by their id.

    Nothing is asked of ``url`` where there is no key: nobody publishes this build.
    """

    url: str
    product: str
    channel: str
    keys: dict[str, bytes]

    @property
    def is_published(self) -> bool:
        """Somebody signs updates for this build."""
        return bool(self.url and self.keys)


def load_source(resources: Path) -> Source:
    """Errors: OSError, ValueError, KeyError where the files are damaged."""
    facts = _table(resources / "product.toml")
    return Source(
        url=facts["update_feed"],
        product=facts["identifier"],
        channel=facts["update_channel"],
        keys=load_keys(resources / "update_keys.toml"),
    )


def load_keys(file: Path) -> dict[str, bytes]:
    """The trusted public keys, 32 bytes each, by id. Errors: OSError, ValueError, KeyError."""
    rows = _table(file).get("keys", [])
    return {row["id"]: base64.b64decode(row["public"], validate=True) for row in rows}


def _table(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))
