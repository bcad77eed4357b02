"""What came into the bundle is told with it: licences, the notice, the bill of materials, the checksums."""

import json
import platform
import subprocess
from pathlib import Path

import pytest

from installer.dist import environment
from installer.licences.bundled import NOTICE
from installer.product import ROOT, product
from softphone.ui.licence_parts import licence_text, load_parts

LICENCES = Path("_internal", "resources", "licences")


def check(bill: Path) -> subprocess.CompletedProcess[str]:
    """The schema's verdict."""
    command = [str(environment("lint")), "-m", "installer.sbom_check", str(bill)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def bill(packages: Path) -> Path:
    """The one beside the packages."""
    (file,) = packages.glob("*.cdx.json")
    return file


def test_the_bundle_shows_every_part_with_its_text(bundle: Path) -> None:
    parts = load_parts(bundle / LICENCES)
    assert len(parts) > len(load_parts(ROOT / "resources" / "licences"))  # the builder's libraries came in
    for part in parts:
        assert len(licence_text(bundle / LICENCES, part)) > 100, part.name
    (python,) = [part for part in parts if part.name == "CPython"]
    assert python.version == platform.python_version()


def test_the_notice_names_every_part(bundle: Path) -> None:
    told = (bundle / NOTICE).read_text(encoding="utf-8")
    for part in load_parts(bundle / LICENCES):
        assert f"{part.name} {part.version}".strip() in told


@pytest.mark.timeout(300)
def test_the_bill_of_materials_fits_the_schema(bill: Path, tmp_path: Path) -> None:
    assert check(bill).returncode == 0, check(bill).stderr
    wrong = json.loads(bill.read_text(encoding="utf-8")) | {"nonsense": 1}
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    assert check(tmp_path / "wrong.json").returncode == 1


def test_the_bill_names_what_the_bundle_shows(bundle: Path, bill: Path) -> None:
    told = json.loads(bill.read_text(encoding="utf-8"))
    assert told["metadata"]["component"]["version"] == product().version
    names = [component["name"] for component in told["components"]]
    parts = [part.name for part in load_parts(bundle / LICENCES)]
    assert names[: len(parts)] == parts
    assert all(component["purl"].startswith("pkg:cargo/") for component in told["components"][len(parts) :])
    assert f"{ROOT}/" not in bill.read_text(encoding="utf-8")


def test_the_checksums_are_those_of_the_packages(packages: Path) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=packages, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    listed = {line.split("  ")[1] for line in (packages / "SHA256SUMS").read_text().splitlines()}
    assert listed == {file.name for file in packages.iterdir()} - {"SHA256SUMS"}
