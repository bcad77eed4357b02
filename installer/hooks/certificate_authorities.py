"""At the start of the frozen program: where this system keeps the authorities that vouch for servers.

The OpenSSL in the bundle knows the place of the machine that built it. Fedora, openSUSE and macOS have
others; without one no server could be trusted: no company directory, no update. Windows has its own store.
"""

import os
import sys

_PLACES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # openSUSE
    "/etc/ssl/cert.pem",  # macOS, Alpine
)

if sys.platform != "win32" and "SSL_CERT_FILE" not in os.environ and "SSL_CERT_DIR" not in os.environ:
    _found = next((place for place in _PLACES if os.path.exists(place)), "")
    if _found:
        os.environ["SSL_CERT_FILE"] = _found
