"""Opens the directory that the settings name."""

from __future__ import annotations

from softphone.domain.directory import DirectoryKind, DirectorySettings
from softphone.domain.ports import Directory, Dispatcher, OpenDirectory


def directories(dispatcher: Dispatcher) -> OpenDirectory:
    """What opens a directory of each kind; what speaks to it is loaded where it is first needed."""

    def opened(settings: DirectorySettings, password: str) -> Directory:
        from softphone.directory.carddav import CarddavDirectory
        from softphone.directory.csv_directory import CsvDirectory
        from softphone.directory.ldap import LdapDirectory

        if settings.kind is DirectoryKind.LDAP:
            return LdapDirectory(dispatcher, settings, password)
        if settings.kind is DirectoryKind.CARDDAV:
            return CarddavDirectory(dispatcher, settings, password)
        return CsvDirectory(dispatcher, settings)

    return opened
