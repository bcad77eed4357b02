"""The user guide: both languages alike, nothing missing, nothing out of reach; and how it is searched."""

from pathlib import Path

import pytest

from softphone.ui.help_markup import headings, links, pictures
from softphone.ui.help_pages import HelpPage, find_pages, fold, load_pages, page_for
from softphone.ui.places import is_place
from softphone.ui.settings.index_page import PAGES

HELP = Path(__file__).parents[3] / "resources" / "help"
LANGUAGES = ("ja", "en")
MAX_PICTURES_BYTES = 2_000_000
SUBPAGES = ("absence", "codes")  # behind a page of the settings


@pytest.fixture(params=LANGUAGES)
def pages(request: pytest.FixtureRequest) -> tuple[HelpPage, ...]:
    return load_pages(HELP, request.param)


def test_both_languages_have_the_same_pages_and_headings() -> None:
    ja, en = (load_pages(HELP, language) for language in LANGUAGES)
    assert [page.name for page in ja] == [page.name for page in en]
    assert len(ja) == 11
    for one, other in zip(ja, en, strict=True):
        assert [level for level, _ in headings(one.markdown)] == [
            level for level, _ in headings(other.markdown)
        ], one.name
        assert sorted(links(one.markdown)) == sorted(links(other.markdown)), one.name
        assert pictures(one.markdown) == pictures(other.markdown), one.name


def test_every_page_begins_with_its_title(pages: tuple[HelpPage, ...]) -> None:
    for page in pages:
        assert page.markdown.startswith("# "), page.name
        assert [level for level, _ in headings(page.markdown)].count(1) == 1
        assert page.title


def test_every_link_leads_somewhere(pages: tuple[HelpPage, ...]) -> None:
    names = {f"{page.name}.md" for page in pages}
    places = {place for place, _ in PAGES} | set(SUBPAGES) | {"keypad", "settings"}
    for page in pages:
        for link in links(page.markdown):
            scheme, _, place = link.partition(":")
            known = link in names or (scheme == "place" and (place in places or is_place(place)))
            assert known or link.startswith("https://"), f"{page.name}: {link}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there_and_every_one_is_shown(language: str) -> None:
    folder = HELP / "pictures" / language
    shown = {picture for page in load_pages(HELP, language) for picture in pictures(page.markdown)}
    assert shown == {file.name for file in folder.iterdir()}
    assert len(shown) == 9


def test_the_pictures_are_small() -> None:
    assert sum(file.stat().st_size for file in (HELP / "pictures").rglob("*.png")) < MAX_PICTURES_BYTES


def test_every_place_has_its_page(pages: tuple[HelpPage, ...]) -> None:
    names = {page.name for page in pages}
    for place in ("keypad", "call", "history", "contacts", "colleagues", "guide", *dict(PAGES), "nowhere"):
        assert page_for(place) in names, place
    assert (page_for("history"), page_for("call"), page_for("audio")) == ("history", "in-call", "trouble")


@pytest.mark.parametrize("words", ["転送", "ミュート", "みゅーと", "ﾐｭｰﾄ", "ＣＴＲＬ＋ｍ"])
def test_a_search_knows_no_width_case_or_kana(words: str) -> None:
    found = [page.name for page, _ in find_pages(load_pages(HELP, "ja"), words)]
    assert "in-call" in found


def test_a_title_comes_first_then_the_page_with_most(pages: tuple[HelpPage, ...]) -> None:
    for page in pages:
        assert find_pages(pages, page.title)[0][0] == page


def test_every_word_has_to_be_there(pages: tuple[HelpPage, ...]) -> None:
    assert find_pages(pages, "") == ()
    assert find_pages(pages, "Ctrl+M xyzzy") == ()
    assert find_pages(pages, "Ctrl+M F1")


def test_folding() -> None:
    assert fold("ＡｂｃカナｶﾅＦ１") == "abcかなかなf1"
