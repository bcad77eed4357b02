"""What is told of a directory: its server, and what cannot be."""

import pytest
from msgspec.structs import replace

from softphone.domain.directory import (
    DirectoryInvalid,
    DirectoryKind,
    DirectorySettings,
    Encryption,
    check_directory,
    is_plain,
    server_of,
)

LDAP = DirectorySettings(key="l", kind=DirectoryKind.LDAP, name="x", address="ldap.example.jp")
DAV = DirectorySettings(key="c", kind=DirectoryKind.CARDDAV, name="x", address="dav.example.jp")


@pytest.mark.parametrize(
    ("directory", "address", "server"),
    [
        (LDAP, "ldap.example.jp", ("ldap", "ldap.example.jp")),
        (LDAP, " ldap.example.jp:3389 ", ("ldap", "ldap.example.jp")),
        (LDAP, "LDAPS://Ldap.Example.jp", ("ldaps", "ldap.example.jp")),
        (LDAP, "[::1]:389", ("ldap", "::1")),
        (DAV, "dav.example.jp/people/", ("https", "dav.example.jp")),
        (DAV, "http://dav.example.jp", ("http", "dav.example.jp")),
        (DAV, "dav.example.jp:99999", ("", "")),
        (LDAP, ":389", ("", "")),
        (LDAP, "ldap.example.jp:0", ("", "")),
    ],
)
def test_the_server_of_an_address(
    directory: DirectorySettings, address: str, server: tuple[str, str]
) -> None:
    assert server_of(replace(directory, address=address)) == server


def test_a_password_is_for_this_machine_or_an_encrypted_way() -> None:
    plain = replace(LDAP, encryption=Encryption.NONE)
    with pytest.raises(DirectoryInvalid, match="insecure"):
        check_directory(plain, has_password=True)
    check_directory(plain, has_password=False)
    check_directory(replace(plain, address="127.0.0.1"), has_password=True)
    check_directory(replace(plain, address="ldaps://ldap.example.jp"), has_password=True)
    check_directory(LDAP, has_password=True)
    with pytest.raises(DirectoryInvalid, match="insecure"):
        check_directory(replace(DAV, address="http://dav.example.jp"), has_password=True)
    check_directory(DAV, has_password=True)


def test_ldaps_is_never_plain() -> None:
    plain = replace(LDAP, encryption=Encryption.NONE)
    assert is_plain(plain)
    assert not is_plain(replace(plain, address="ldaps://ldap.example.jp"))


@pytest.mark.parametrize(
    ("kind", "address"), [(DirectoryKind.LDAP, "http://x"), (DirectoryKind.CARDDAV, "ldap://x")]
)
def test_another_kind_s_address_is_refused(kind: DirectoryKind, address: str) -> None:
    with pytest.raises(DirectoryInvalid, match="address"):
        check_directory(replace(LDAP, kind=kind, address=address), has_password=False)
