"""Text files with the product's facts put in: ``@name@`` becomes the product's name."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

from installer.product import Product

PACKAGE = "softphone"

_PLACE = re.compile(r"@([a-z_]+)@")


def filled(template: Path, product: Product, **more: str) -> str:
    """The template's text. Errors: KeyError for a place nobody fills, OSError."""
    facts = {"package": PACKAGE, "maintainer": maintainer(product), **dataclasses.asdict(product), **more}
    return _PLACE.sub(lambda place: facts[place[1]], template.read_text(encoding="utf-8"))


def maintainer(product: Product) -> str:
    """Who answers for a package, as RFC 5322 writes it."""
    host = product.homepage.partition("://")[2].partition("/")[0]
    return f"{product.publisher} <{PACKAGE}@{host}>"
