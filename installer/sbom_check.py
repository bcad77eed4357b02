"""Holds bills of materials against CycloneDX's own schema, strictly.

``python -m installer.sbom_check FILE…`` with cyclonedx-python-lib: the extra "lint" of pyproject.toml.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path


def fault(file: Path) -> str:
    """What is wrong with it in one line; "" where it fits. Errors: OSError."""
    validation = importlib.import_module("cyclonedx.validation.json")
    versions = importlib.import_module("cyclonedx.schema").SchemaVersion
    wrong = validation.JsonStrictValidator(versions.V1_6).validate_str(file.read_text(encoding="utf-8"))
    return f"{file.name}: {str(wrong).splitlines()[0]}" if wrong is not None else ""


def main(arguments: Sequence[str]) -> None:
    """Ends the program with what is wrong."""
    if not arguments:
        sys.exit(__doc__)
    faults = [told for told in (fault(Path(name)) for name in arguments) if told]
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main(sys.argv[1:])
