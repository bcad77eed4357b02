import html.parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.ui.help_markup import headings, links, pictures, plain_text, to_html


def shown(markdown: str) -> str:
    return to_html(markdown, picture_width_px=200)


@pytest.mark.parametrize(
    ("markdown", "rich"),
    [
        ("# はじめに", "<h1>はじめに</h1>"),
        ("## a & b", "<h2>a &amp; b</h2>"),
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("1. 一\n2. 二", "<ol><li>一</li><li>二</li></ol>"),
        ("1. 一\n   続き", "<ol><li>一続き</li></ol>"),
        ("one\ntwo", "<p>one two</p>"),
        ("日本\n語", "<p>日本語</p>"),
        ("**太字** `F1`", '<p><b>太字</b> <span class="key">&nbsp;F1&nbsp;</span></p>'),
        ("[語](keys.md)", '<p><a href="keys.md">語</a></p>'),
        (
            "![絵](a.png)",
            '<table class="shot"><tr><td><img src="a.png" alt="絵" width="200"></td></tr></table>',
        ),
        ("> 注", '<table class="note" width="100%"><tr><td>注</td></tr></table>'),
        ("<script>", "<p>&lt;script&gt;</p>"),
    ],
)
def test_what_the_pages_use(markdown: str, rich: str) -> None:
    assert shown(markdown) == rich


def test_a_table_has_a_head_and_rows() -> None:
    rich = shown("| a | b |\n|---|---|\n| 1 | `2` |")
    assert rich.count("<th ") == 2
    assert rich.count("<td>") == 2


def test_a_list_follows_a_paragraph() -> None:
    assert shown("言葉\n\n- 一") == "<p>言葉</p>\n<ul><li>一</li></ul>"


def test_what_stands_on_a_page_is_told() -> None:
    page = "# 題\n\n本文 [語](a.md) ![絵](b.png)\n\n## 節\n"
    assert headings(page) == [(1, "題"), (2, "節")]
    assert links(page) == ["a.md"]
    assert pictures(page) == ["b.png"]
    assert "本文 語 絵" in plain_text(page)


class Tags(html.parser.HTMLParser):
    """Counts the tags that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@given(st.text(alphabet="ab*`[]()!#|->. \n日&<", max_size=120))
def test_any_text_is_whole_rich_text(markdown: str) -> None:
    tags = Tags()
    tags.feed(shown(markdown))
    tags.close()
    assert tags.open == []
