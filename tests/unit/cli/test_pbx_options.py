"""The options that make the registrar a small PBX."""

from __future__ import annotations

import pytest

from softphone.cli import registrar
from softphone.domain.forwarding import Absence, ReachNumber
from softphone.domain.pbx import (
    EXTENSIONS_ONLY,
    ForwardRule,
    HuntGroup,
    HuntStrategy,
    PbxPlan,
    PickupGroup,
)
from tests.helpers.fake_services import FakeServices


@pytest.fixture
def run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The registrar ends at once."""

    class Loop(registrar.PlainLoop):
        def run(self) -> None:
            self.post(self.quit)
            super().run()

    monkeypatch.setattr(registrar, "PlainLoop", Loop)


@pytest.mark.usefixtures("run_once")
def test_every_option_is_read() -> None:
    services = FakeServices()
    run = services.run(
        "registrar", "--user", "201:pw",
        "--hunt", "600:sequential:201,202:7.5", "--hunt", "601:simultaneous:201,202",
        "--pickup-group", "office:201,202",
        "--forward", "201:no_answer:202:12", "--forward", "202:always:0312345678",
        "--reach", "201:09012345678:0:30,202:10:40",
        "--outside-prefix", "0", "--trunk", "127.0.0.1:5090",
        "--did", "0311112222:201", "--outside-number", "201:0311112222,05033334444",
        "--voicemail", "201,202",
    )  # fmt: skip
    assert run.code == 0, run.errors
    assert services.registrar_pbx == PbxPlan(
        hunt_groups=(
            HuntGroup(number="600", strategy=HuntStrategy.SEQUENTIAL, members=("201", "202"), ring_s=7.5),
            HuntGroup(number="601", strategy=HuntStrategy.SIMULTANEOUS, members=("201", "202")),
        ),
        pickup_groups=(PickupGroup(name="office", members=("201", "202")),),
        forwards=(
            ForwardRule(extension="201", kind=Absence.NO_ANSWER, number="202", after_s=12.0),
            ForwardRule(extension="202", kind=Absence.UNCONDITIONAL, number="0312345678"),
        ),
        reach={
            "201": (
                ReachNumber(number="09012345678", start_s=0, end_s=30),
                ReachNumber(number="202", start_s=10, end_s=40),
            )
        },
        outside_prefix="0",
        trunk="127.0.0.1:5090",
        dids={"0311112222": "201"},
        outside_numbers={"201": ("0311112222", "05033334444")},
        voicemail=("201", "202"),
    )


@pytest.mark.usefixtures("run_once")
def test_without_options_there_are_extensions_only() -> None:
    services = FakeServices()
    assert services.run("registrar", "--user", "201:pw").code == 0
    assert services.registrar_pbx == EXTENSIONS_ONLY


@pytest.mark.parametrize(
    ("option", "word"),
    [
        ("--hunt", "600:sequential"),
        ("--hunt", "600:roundrobin:201"),
        ("--hunt", "600:sequential:201,:5"),
        ("--hunt", "600:sequential:201:0"),
        ("--hunt", "600:sequential:201:x"),
        ("--hunt", "600:sequential:201:nan"),
        ("--hunt", "600:sequential:201:5:5"),
        ("--pickup-group", ":201"),
        ("--pickup-group", "office"),
        ("--forward", "201:sometimes:202"),
        ("--forward", "201:busy:"),
        ("--reach", "201:202"),
        ("--reach", "201:202:30:10"),
        ("--outside-prefix", "9"),
        ("--trunk", "carrier.example:5060"),
        ("--trunk", "127.0.0.1:x"),
        ("--did", "0311112222"),
        ("--outside-number", "201:"),
        ("--voicemail", "two-o-one"),
    ],
)
def test_what_cannot_be_read_is_answered_with_its_form(option: str, word: str) -> None:
    run = FakeServices().run("registrar", option, word)
    assert run.code == 2
    assert f"“{word}” cannot be read. Give it as " in run.errors


@pytest.mark.parametrize(("language", "words"), [("en", "pick up the oldest call"), ("ja", "代理応答")])
def test_help_tells_the_numbers(language: str, words: str) -> None:
    run = FakeServices(language=language).run("registrar", "--help")
    assert run.code == 0
    assert words in run.out
    assert "*72" in run.out
