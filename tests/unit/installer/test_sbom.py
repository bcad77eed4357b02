"""The bill of materials names every part once, alike in every build."""

import re

from packaging.licenses import canonicalize_license_expression

from installer.product import ROOT, product
from installer.sbom import bill_of, component, crates_of
from softphone.ui.licence_parts import Part, all_parts, load_parts

FOLDER = ROOT / "resources" / "licences"
MADE_S = 1_700_000_000


def test_every_part_is_a_component_with_a_licence() -> None:
    parts = load_parts(FOLDER, "linux")
    bill = bill_of(parts, product(), MADE_S)
    assert [each["name"] for each in bill["components"]] == [part.name for part in parts]
    assert all(each["licenses"] for each in bill["components"])
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))


def test_the_licences_shown_are_spdx_expressions() -> None:
    for part in all_parts(FOLDER):
        assert canonicalize_license_expression(part.licence)


def test_what_a_wheel_carries_hangs_on_it() -> None:
    bill = bill_of(load_parts(FOLDER, "linux"), product(), MADE_S)
    holds = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    (pjsua2,) = [ref for ref in holds if ref.startswith("pjsua2-python@")]
    assert "PJSIP@2.15.1" in holds[pjsua2]
    assert pjsua2 in holds[f"{product().identifier}@{product().version}"]
    known = {each["bom-ref"] for each in bill["components"]}
    assert {ref for refs in holds.values() for ref in refs} == known


def test_scanners_find_packages_and_libraries() -> None:
    by_name = {
        each["name"]: each for each in bill_of(load_parts(FOLDER, "linux"), product(), MADE_S)["components"]
    }
    assert re.fullmatch(r"pkg:pypi/tomli-w@[\d.]+", by_name["tomli_w"]["purl"])
    assert by_name["OpenSSL (PJSIP)"]["cpe"] == "cpe:2.3:a:openssl:openssl:1.0.2k:*:*:*:*:*:*:*"
    debian = Part("libjack-jackd2-0", "GPL-2+", "1.9.21~dfsg-3", texts=("debian-libjack-jackd2-0",))
    assert component(debian)["purl"] == "pkg:deb/debian/libjack-jackd2-0@1.9.21~dfsg-3"
    assert component(debian)["licenses"] == [{"license": {"name": "GPL-2+"}}]


def test_rust_crates_are_found_by_scanners() -> None:
    parts = load_parts(FOLDER, "linux")
    crates = {part: crates_of(FOLDER, part) for part in parts}
    bill = bill_of(parts, product(), MADE_S, crates)
    addresses = [each.get("purl", "") for each in bill["components"]]
    assert any(address.startswith("pkg:cargo/rustls@") for address in addresses)  # livekit's
    assert any(address.startswith("pkg:cargo/pyo3@") for address in addresses)  # cryptography's
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))
    (ring,) = [each for each in bill["components"] if each["name"] == "ring"]
    holders = [each["ref"] for each in bill["dependencies"] if ring["bom-ref"] in each["dependsOn"]]
    assert holders == ["LiveKit FFI, WebRTC and their parts"]


def test_the_same_parts_give_the_same_bill() -> None:
    parts = load_parts(FOLDER, "linux")
    assert bill_of(parts, product(), MADE_S) == bill_of(parts, product(), MADE_S)
    other = bill_of(parts[1:], product(), MADE_S)
    assert other["serialNumber"] != bill_of(parts, product(), MADE_S)["serialNumber"]
