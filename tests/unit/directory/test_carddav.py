"""The XML of a CardDAV server that lies. A real server: tests/interop/test_directories."""

from __future__ import annotations

from xml.etree.ElementTree import Element

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.directory.carddav import DavRefused, parse_multistatus, redirected


def test_a_document_type_is_refused_before_it_is_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    with pytest.raises(DavRefused) as caught:
        parse_multistatus(bomb)
    assert caught.value.problem == "unreadable"


@given(st.binary(max_size=200))
def test_foreign_bytes_are_refused_or_read_and_nothing_else(data: bytes) -> None:
    try:
        read: object = parse_multistatus(data)
    except DavRefused as error:
        read = error
    assert isinstance(read, Element) or (isinstance(read, DavRefused) and read.problem == "unreadable")


def test_names_keep_their_namespace() -> None:
    root = parse_multistatus(b'<d:multistatus xmlns:d="DAV:"><d:response/></d:multistatus>')
    assert root.tag == "{DAV:}multistatus"
    assert root[0].tag == "{DAV:}response"


@pytest.mark.parametrize(
    "location",
    ["https://other.example.jp/", "http://dav.example.jp/", "//other.example.jp/", "ftp://dav.example.jp/"],
)
def test_a_redirect_that_would_take_the_password_along_is_refused(location: str) -> None:
    with pytest.raises(DavRefused):
        redirected("https://dav.example.jp/book/", location)


def test_a_redirect_on_the_server_is_followed() -> None:
    assert redirected("https://dav.example.jp/a", "/b/") == "https://dav.example.jp/b/"
