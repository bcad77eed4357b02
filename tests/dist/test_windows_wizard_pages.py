"""The Windows wizard page by page, in both languages: what is on each page, photographed, nothing clipped.

The pictures are in build/dist-screenshots/.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from installer.product import ROOT, product
from tests.helpers.desk_programs import Screen
from tests.helpers.setup_wizard import Hand, Shown, WindowsMachine
from tests.helpers.waiting import wait_for
from tests.helpers.wine import WinePrefix

PICTURES = ROOT / "build" / "dist-screenshots"
LIMIT_S = 30.0
IN_USE = 1618

pytestmark = pytest.mark.timeout(240)


def words_of(language: str) -> dict[str, str]:
    """The wizard's own words, facts filled in."""
    text = (ROOT / "installer" / "windows" / f"words_{language}.nsh").read_text(encoding="utf-8")
    facts = {"NAME": "Softphone", "NAME_JA": "ソフトフォン", "VERSION": "0.2.0"}
    found = re.findall(r'^LangString (\w+) \$\{LANG_\w+\} "(.*)"$', text, re.MULTILINE)
    return {name: re.sub(r"\$\{(\w+)\}", lambda fact: facts.get(fact[1], ""), value) for name, value in found}


class Desk:
    """A machine with a screen and a hand."""

    def __init__(self, machine: WindowsMachine, hand: Hand, language: str, suffix: str) -> None:
        self.machine = machine
        self.hand = hand
        self.words = words_of(language)
        self._name = f"{language}{suffix}"

    def page(self, word: str, name: str) -> list[Shown]:
        """The page on which the wizard's ``word`` stands."""
        return self.hand.wait_page(self.words[word].partition("$")[0], f"windows-{self._name}-{name}")

    def press(self, *keys: str) -> None:
        """Keys."""
        self.hand.press(*keys)

    def run(self, program: Path, *words: str) -> None:
        """Start a program with a window."""
        windows_path = self.machine.prefix.windows_path(program)
        self.machine.children.enter_context(
            self.machine.prefix.start(windows_path, *words, name=program.stem)
        )


MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(windows: WinePrefix, tmp_path: Path) -> Iterator[MakeDesk]:
    """``desk("ja", percent=200)``: a machine in that language whose screen has that scale."""
    with ExitStack() as stack:

        def make(language: str, percent: int = 100) -> Desk:
            screen = stack.enter_context(Screen(tmp_path))
            prefix = stack.enter_context(
                windows.copy(tmp_path / "machine", language=language, display=screen.display)
            )
            dots = str(96 * percent // 100)
            prefix.run(
                *("reg", "add", r"HKCU\Control Panel\Desktop", "/v", "LogPixels"),
                *("/t", "REG_DWORD", "/d", dots, "/f"),
            )
            prefix.end()  # read when it starts
            machine = WindowsMachine(prefix)
            stack.enter_context(machine.children)
            suffix = "" if percent == 100 else f"-{percent}"
            return Desk(machine, Hand(machine, screen, PICTURES), language, suffix)

        yield make


def enabled(page: list[Shown], text: str) -> bool:
    """Whether the button with this text can be pressed."""
    return next(each.enabled for each in page if each.text.startswith(text))


@pytest.mark.parametrize(
    ("language", "percent", "next_button"),
    [("ja", 100, "次へ"), ("en", 100, "&Next"), ("ja", 200, "次へ"), ("en", 150, "&Next")],
)
def test_from_welcome_to_the_running_phone(
    desk: MakeDesk, new_setup: Path, language: str, percent: int, next_button: str
) -> None:
    at = desk(language, percent)
    at.run(new_setup)
    at.page("ChooseLanguage", "1-language")
    at.press("Return")
    at.page("WelcomeTitle", "2-welcome")
    at.press("alt+n")
    page = at.page("LicenceAgree", "3-licence")
    assert not enabled(page, next_button)
    at.press("alt+a")
    wait_for(lambda: enabled(at.hand.look(), next_button), LIMIT_S, what="agreed")
    at.page("LicenceAgree", "4-licence-agreed")
    at.press("alt+n")
    page = at.page("OptionDesktop", "5-options")
    assert [each.checked for each in page if each.text.startswith(at.words["OptionLinks"])] == [True]
    at.press("Return")
    page = at.page("FinishRun", "6-finish")
    at.press("Return")
    wait_for(lambda: at.machine.started() == [""], LIMIT_S, what="the phone")
    assert len(at.machine.shortcuts()) == 2


def test_what_is_ticked_off_is_not_made(desk: MakeDesk, new_setup: Path) -> None:
    at = desk("ja")
    at.run(new_setup, "/LANG=ja")
    for word, keys in (
        ("WelcomeTitle", ["alt+n"]),
        ("LicenceAgree", ["alt+a", "alt+n"]),
        ("OptionDesktop", ["alt+d", "alt+l", "alt+w"]),
    ):
        at.page(word, "off")
        at.press(*keys)
    at.page("OptionDesktop", "5-options-off")
    assert at.machine.setup(new_setup) == IN_USE  # one at a time
    at.press("alt+f", "ctrl+a")
    at.hand.type("C:\\apps\\phone")
    at.press("Return")
    at.page("FinishRun", "off")
    at.press("alt+r", "Return")
    folder = at.machine.prefix.path("C:\\apps\\phone")
    wait_for(lambda: not at.hand.look() or (folder / "softphone.exe").exists(), LIMIT_S)
    assert (folder / "softphone.exe").exists()
    assert len(at.machine.shortcuts()) == 1
    assert at.machine.prefix.registry(r"HKCU\Software\Classes\tel") == {}
    run = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
    assert at.machine.prefix.value(run, "softphone") is None
    assert at.machine.started() == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_upgrade_while_somebody_talks(
    desk: MakeDesk, old_setup: Path, new_setup: Path, language: str
) -> None:
    at = desk(language)
    machine = at.machine
    machine.setup(old_setup, f"/LANG={language}", "/NODESKTOP")
    machine.note("in-call")
    phone = machine.children.enter_context(machine.start_phone(machine.program))
    at.run(new_setup)
    at.page("WelcomeTextUpgrade", "7-upgrade-welcome")
    at.press("alt+n")
    at.page("LicenceAgree", "upgrade-licence")
    at.press("alt+a", "alt+n")
    page = at.page("OptionDesktop", "8-upgrade-options")
    ticks = {word: each.checked for word in at.words for each in page if each.text == at.words[word]}
    assert (ticks["OptionDesktop"], ticks["OptionStartMenu"]) == (False, True)
    at.press("Return")
    at.page("PhoneRuns", "9-upgrade-phone-runs")
    assert phone.is_alive
    at.press("Return")
    at.page("CallIsOn", "10-upgrade-call-is-on")
    assert phone.is_alive
    assert machine.asked() == ["quit"]
    at.press("alt+y")
    at.page("FinishRun", "11-upgrade-finish")
    assert machine.asked() == ["quit", "quit now"]
    wait_for(lambda: len(machine.started()) == 2, LIMIT_S, what="the phone again")
    assert (machine.program / "_internal" / "new.dll").exists()
    assert len(machine.shortcuts()) == 1


def test_who_does_not_want_it_to_be_closed_keeps_everything(
    desk: MakeDesk, old_setup: Path, new_setup: Path
) -> None:
    at = desk("ja")
    at.machine.setup(old_setup, "/LANG=ja")
    phone = at.machine.children.enter_context(at.machine.start_phone(at.machine.program))
    at.run(new_setup)
    for word, keys in (
        ("WelcomeTextUpgrade", ["alt+n"]),
        ("LicenceAgree", ["alt+a", "alt+n"]),
        ("OptionDesktop", ["Return"]),
        ("PhoneRuns", ["Escape"]),
    ):
        at.page(word, "kept")
        at.press(*keys)
    at.page("StoppedTitle", "12-upgrade-stopped")
    at.press("Return")
    wait_for(lambda: not any(each.is_window for each in at.hand.look()), LIMIT_S, what="its end")
    assert phone.is_alive
    assert at.machine.asked() == []
    assert (at.machine.program / "_internal" / "old.dll").exists()


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    ("word", "name", "properties"),
    [
        ("DowngradeQuestion", "13-downgrade", ("/ALLUSERS",)),
        ("OtherScopeMachine", "14-other-scope", ()),
        ("UnknownProperty", "15-unknown-property", ("/WRONG",)),
    ],
)
def test_what_is_asked_before_anything_begins(
    desk: MakeDesk,
    old_setup: Path,
    new_setup: Path,
    language: str,
    word: str,
    name: str,
    properties: tuple[str, ...],
) -> None:
    at = desk(language)
    at.machine.setup(new_setup, f"/LANG={language}", "/ALLUSERS")
    at.run(old_setup, f"/LANG={language}", *properties)
    at.page(word, name)
    at.press("Return")  # no, unless one says yes
    wait_for(lambda: not any(each.is_window for each in at.hand.look()), LIMIT_S, what="its end")
    assert not at.machine.program.exists()
    uninstall = rf"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\{product().identifier}"
    assert at.machine.prefix.value(uninstall, "DisplayVersion") == "0.2.0"


@pytest.mark.parametrize(("language", "purge"), [("ja", True), ("en", True), ("ja", False), ("en", False)])
def test_the_uninstaller_asks_about_personal_data(
    desk: MakeDesk, old_setup: Path, language: str, purge: bool
) -> None:
    at = desk(language)
    at.machine.setup(old_setup, f"/LANG={language}")
    own = at.machine.prefix.app_data / "softphone" / "phone.db"
    own.parent.mkdir()
    own.write_text("mine")
    at.run(at.machine.program / "uninstall.exe")
    page = at.page("PurgeOption", "16-removal")
    assert [each.checked for each in page if each.text == at.words["PurgeOption"]] == [False]
    if purge:
        at.press("alt+p")
        at.page("PurgeOption", "17-removal-purge")
    at.press("alt+r")
    at.page("RemovedAllText" if purge else "RemovedText", "18-removed" if purge else "19-removed-data-kept")
    assert own.exists() is not purge
    assert not (at.machine.program / "softphone.exe").exists()
    at.press("Return")
    wait_for(lambda: not at.machine.program.exists(), LIMIT_S, what="its end")
