"""Foreign text made fit for an XML document."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 §2.2


def content(text: str) -> str:
    """``text`` as element content."""
    return escape(_FORBIDDEN.sub("\ufffd", text))


def attribute(text: str) -> str:
    """``text`` as an attribute's value, in its quotes."""
    return quoteattr(_FORBIDDEN.sub("\ufffd", text))
