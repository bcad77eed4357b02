"""The administrator's files: ``policy.toml`` in the machine's own folders, beside the settings of a run too.

recording_allowed = false
hooks_allowed = false
updates_allowed = false
"""

from __future__ import annotations

import logging
import tomllib
from pathlib import Path

import msgspec

from softphone.domain.policy import MOST_RESTRICTED, Policy
from softphone.storage.paths import Paths

_log = logging.getLogger(__name__)


def load_policy(paths: Paths) -> Policy:
    """What every one of the files allows; all is allowed where there is none. Never raises.

    A file that is there and cannot be read forbids everything: an administrator meant something by it.
    """
    policies = [_read(file) for file in paths.policy_files]
    fields = Policy.__struct_fields__
    return Policy(**{field: all(getattr(policy, field) for policy in policies) for field in fields})


def _read(file: Path) -> Policy:
    try:
        raw = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
        return msgspec.convert(raw, Policy)
    except (FileNotFoundError, NotADirectoryError):
        return Policy()
    except (OSError, ValueError, RecursionError) as error:
        _log.error("%s cannot be read, nothing it could forbid is allowed: %s", file, error)
        return MOST_RESTRICTED
