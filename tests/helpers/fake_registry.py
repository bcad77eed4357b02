"""The Windows registry in a dict."""

from __future__ import annotations


class FakeRegistry:
    """Implements ``desktop.windows_registry.Registry``. ``denied``: no change is allowed."""

    def __init__(self, *, denied: bool = False) -> None:
        self.values: dict[tuple[str, str], str] = {}
        self.values_for_everyone: dict[tuple[str, str], str] = {}
        self.denied = denied

    def get(self, key: str, name: str = "") -> str | None:
        return self.values.get((key, name))

    def get_for_everyone(self, key: str, name: str = "") -> str | None:
        return self.values_for_everyone.get((key, name))

    def put(self, key: str, name: str, value: str) -> None:
        self._may_change()
        self.values[key, name] = value

    def remove_value(self, key: str, name: str) -> None:
        self._may_change()
        self.values.pop((key, name), None)

    def remove_key(self, key: str) -> None:
        self._may_change()
        for found in list(self.values):
            if found[0] == key or found[0].startswith(f"{key}\\"):
                del self.values[found]

    def _may_change(self) -> None:
        if self.denied:
            raise PermissionError(13, "Access is denied")
