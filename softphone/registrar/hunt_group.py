"""着信グループ: which members of a hunt group ring, and in which order.

Pure bookkeeping: knows numbers only; the phones behind them are found in `routing`.
"""

from __future__ import annotations

from collections.abc import Iterable

from softphone.domain.pbx import HuntGroup


class HuntGroups:
    """All hunt groups, and which extensions have logged out of theirs."""

    def __init__(self, groups: Iterable[HuntGroup]) -> None:
        self._groups = {group.number: group for group in groups}
        self._logged_out: set[str] = set()

    def find(self, number: str) -> HuntGroup | None:
        """The group with this number."""
        return self._groups.get(number)

    def has_member(self, extension: str) -> bool:
        """True where the extension is in any group, logged in or not."""
        return any(extension in group.members for group in self._groups.values())

    def log(self, extension: str, *, is_in: bool) -> None:
        """Log a member in to all its groups, or out."""
        if is_in:
            self._logged_out.discard(extension)
        else:
            self._logged_out.add(extension)

    def present(self, group: HuntGroup) -> list[str]:
        """The members that are logged in, in the group's order."""
        return [member for member in group.members if member not in self._logged_out]
