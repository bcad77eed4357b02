"""At the start of the frozen program on Linux: TLS finds the authorities of this machine.

The OpenSSL that came with it looks where the builder's system keeps them, which is not the same everywhere.
"""

import os
from pathlib import Path

_PLACES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # Alpine
)

_found = next((place for place in _PLACES if Path(place).exists()), "")
if _found:
    os.environ.setdefault("SSL_CERT_FILE", _found)
