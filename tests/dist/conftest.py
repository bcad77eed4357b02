"""What was built, handed to its tests. ``python -m installer.dist`` builds it; what is missing is an error."""

from pathlib import Path

import pytest

from installer.dist import BUNDLE, PACKAGES


@pytest.fixture(scope="session")
def bundle() -> Path:
    """dist/softphone: the folder with the frozen program."""
    assert (BUNDLE / "softphone").exists(), "build it first: python -m installer.dist bundle"
    return BUNDLE


@pytest.fixture(scope="session")
def packages() -> Path:
    """dist/packages: the files people download."""
    assert PACKAGES.is_dir(), "build them first: python -m installer.dist packages"
    return PACKAGES
