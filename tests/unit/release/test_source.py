"""Which feed a build follows; and that nothing of it is loaded before it is needed."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import pytest

from softphone.release.envelope import key_id
from softphone.release.source import load_keys, load_source
from tests.helpers.signing import Signer

RESOURCES = Path(__file__).parents[3] / "resources"


def test_this_build_follows_a_feed_of_its_own_product() -> None:
    source = load_source(RESOURCES)
    assert source.url.startswith("https://")
    assert source.product
    assert source.channel == "stable"
    assert source.is_published == bool(source.keys)


def test_every_trusted_key_is_named_by_its_digest() -> None:
    for name, public in load_source(RESOURCES).keys.items():
        assert (len(public), key_id(public)) == (32, name)


def test_keys_are_read_from_lines_as_keygen_prints_them(tmp_path: Path) -> None:
    signers = Signer(), Signer()
    file = tmp_path / "keys.toml"
    file.write_text(
        "\n".join(
            f'[[keys]]\nid = "{each.key_id}"\npublic = "{base64.b64encode(each.public).decode()}"'
            for each in signers
        )
    )
    assert load_keys(file) == signers[0].trusted | signers[1].trusted
    file.write_text('[[keys]]\nid = "x"\npublic = "not base64!"')
    with pytest.raises(ValueError, match="base64"):
        load_keys(file)


LOADED = """
import sys
import softphone.parts, softphone.cli.parser, softphone.release.releases, softphone.app.updates
print(*sys.modules)
"""


def test_what_looks_for_updates_loads_no_network_and_no_signatures_before_it_looks() -> None:
    run = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True, timeout=20
    )
    loaded = set(run.stdout.split())
    assert "softphone.release.releases" in loaded
    assert not {"nacl", "ssl", "http.client", "urllib.request", "softphone.release.https"} & loaded


def test_a_start_loads_nothing_of_updates() -> None:
    code = "import sys, softphone.main, softphone.window_main\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20)
    assert not {name for name in run.stdout.split() if "update" in name and name != "softphone.cli.update"}
