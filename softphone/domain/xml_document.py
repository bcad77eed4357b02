"""Reading XML of strangers: no document type, no entities, no endless depth.

A document type declaration is refused before anything in it is read: without one there are no entities that
could grow or reach out.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

_MAX_DEPTH = 32


class XmlInvalid(ValueError):
    """The bytes are no XML this program reads."""


def parse_xml(data: bytes) -> Element:
    """The root element; names are ``{namespace}local``.

    Errors: XmlInvalid.
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise XmlInvalid("nested too deep")
        builder.start(_qualified(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_qualified(name))

    def refuse(*_: object) -> None:
        raise XmlInvalid("document type declaration")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # LookupError: an encoding nobody knows
        if isinstance(error, XmlInvalid):
            raise
        raise XmlInvalid(str(error)) from error
    return builder.close()


def _qualified(name: str) -> str:
    return f"{{{name}" if "}" in name else name  # the form ElementTree looks for
