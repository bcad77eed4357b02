"""Whom this machine trusts: TLS contexts that check a server by the system's own store. Home of truststore.

A frozen program brings an OpenSSL that looks for certificates where its builder kept them: on macOS nowhere,
on another Linux in the wrong folder. What an administrator adds to the system's store counts as in a browser.
"""

from __future__ import annotations

import os
import ssl
import sys


def client_context() -> ssl.SSLContext:
    """A context that asks for a certificate, checks its name, and speaks TLS 1.2 or later."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def knows_authorities() -> bool:
    """There are authorities by which a server's certificate is judged."""
    if sys.platform in ("win32", "darwin"):
        return True  # the system judges
    paths = ssl.get_default_verify_paths()
    if any(path and os.path.exists(path) for path in (paths.cafile, paths.capath)):
        return True
    nobody = client_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="localhost")
    return nobody.context.cert_store_stats()["x509_ca"] > 0
