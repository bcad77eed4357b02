"""What ``python -m installer.dist`` built, handed to its tests; what is missing is an error."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from installer.dist import BUNDLE, PACKAGES
from installer.product import product
from installer.windows import wizard
from tests.helpers.setup_wizard import WindowsMachine, dummy_bundle
from tests.helpers.wine import WinePrefix


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


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> WinePrefix:
    """A Windows machine at rest, to be copied."""
    return WinePrefix.made(tmp_path_factory.mktemp("windows"))


@pytest.fixture
def machine(windows: WinePrefix, tmp_path: Path) -> Iterator[WindowsMachine]:
    """A Windows machine of the test's own, in Japanese."""
    with windows.copy(tmp_path / "machine") as prefix:
        yield WindowsMachine(prefix)


BuildSetup = Callable[[Path, Path, str], Path]


@pytest.fixture(scope="session")
def build_setup() -> BuildSetup:
    """The wizard of a bundle as some version: ``build_setup(bundle, out, "0.2.0")``."""

    def build(bundle: Path, out: Path, version: str) -> Path:
        return wizard.build(bundle, out, replace(product(), version=version), fast=True)

    return build


@pytest.fixture(scope="session")
def old_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dummy of version 0.1.0."""
    return dummy_bundle(tmp_path_factory.mktemp("old"), shared="0.1.0", old="0.1.0")


@pytest.fixture(scope="session")
def old_setup(old_bundle: Path, build_setup: BuildSetup, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its wizard."""
    return build_setup(old_bundle, tmp_path_factory.mktemp("old-setup"), "0.1.0")


@pytest.fixture(scope="session")
def new_setup(build_setup: BuildSetup, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wizard of a dummy of version 0.2.0, which has other files."""
    bundle = dummy_bundle(tmp_path_factory.mktemp("new"), shared="0.2.0", new="0.2.0")
    return build_setup(bundle, tmp_path_factory.mktemp("new-setup"), "0.2.0")
