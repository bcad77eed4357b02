"""Feature codes as a person types them: what may be in one, and what must."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from softphone.domain.provider import FeatureCodes, code_problem

PROVIDERS = Path(__file__).parents[3] / "resources" / "providers"


@pytest.mark.parametrize(
    ("feature", "template", "problem"),
    [
        ("pickup", "*8{ext}", ""),
        ("pickup", "", ""),
        ("pickup", "*8", "place"),
        ("pickup", "*8{slot}", "code"),
        ("pickup", "*8{ext}{ext}", "code"),
        ("group_pickup", "*8", ""),
        ("group_pickup", "*8{ext}", "code"),
        ("group_pickup", "代理", "code"),
        ("park", "*68", ""),
        ("park", "*68{slot}", ""),
        ("voicemail", "sip:box@pbx.example.jp", ""),
        ("voicemail_box", "*99{ext}", ""),
        ("forward_busy_on", "*90{number}", ""),
        ("forward_busy_on", "*90", "place"),
        ("forward_busy_off", "*91", ""),
        ("dnd_on", "*78;x", "code"),
    ],
)
def test_a_code_has_its_place_and_nothing_that_cannot_be_dialled(
    feature: str, template: str, problem: str
) -> None:
    assert code_problem(feature, template) == problem


def test_every_code_of_the_profiles_would_be_taken() -> None:
    codes = [
        (file.name, feature, code)
        for file in PROVIDERS.glob("*.toml")
        for feature, code in tomllib.loads(file.read_text(encoding="utf-8")).get("feature_codes", {}).items()
    ]
    assert codes
    assert [entry for entry in codes if code_problem(entry[1], entry[2])] == []
    assert {feature for _, feature, _ in codes} <= set(FeatureCodes.__struct_fields__)
