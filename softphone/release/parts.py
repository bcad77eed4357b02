"""The library that checks signatures, and what fetches: tried without a server."""

from __future__ import annotations

from collections.abc import Callable

# RFC 8032 §7.1, test 2: the public key, and its signature of one byte.
_PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
_SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


def _signatures() -> None:
    from nacl.signing import VerifyKey

    VerifyKey(_PUBLIC).verify(b"\x72", _SIGNATURE)


def _fetching() -> None:
    import softphone.release.download
    import softphone.release.envelope
    import softphone.release.https  # noqa: F401 - it loads TLS and what finds proxies


def release_libraries() -> dict[str, Callable[[], None]]:
    """By part: what tries its library. Errors of each: ImportError, OSError, BadSignatureError."""
    return {"signatures": _signatures, "fetching": _fetching}
