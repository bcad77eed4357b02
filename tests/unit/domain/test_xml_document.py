"""Foreign XML: read where it is harmless, refused by name where it is not."""

import pytest

from softphone.domain.xml_document import XmlInvalid, parse_xml


def test_names_carry_their_namespace() -> None:
    root = parse_xml(b'<a xmlns="urn:x" b="1"><c>text</c></a>')
    assert (root.tag, root.get("b"), root.findtext("{urn:x}c")) == ("{urn:x}a", "1", "text")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no element"),
        (b"<a>", "no element"),
        (b"<a>" * 40 + b"</a>" * 40, "nested too deep"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document type declaration"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type declaration"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "unknown encoding"),
    ],
)
def test_what_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(XmlInvalid, match=why):
        parse_xml(data)
