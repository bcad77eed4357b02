"""The list of 内線 as Qt sees it: a model over a snapshot of rows."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QPersistentModelIndex, Qt

from softphone.ui.colleagues.tile_view import Heading, Row, TileView

Index = QModelIndex | QPersistentModelIndex
COLLEAGUE_FORMAT = "application/x-softphone-colleague"
_NOWHERE = QModelIndex()


class TileModel(QAbstractListModel):
    """Tiles and headings. Thread: ui. ``editing`` lets tiles be dragged to another place."""

    def __init__(self) -> None:
        super().__init__()
        self.editing = False
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> bool:
        """Show these. True where who is there, or where, is another: else only their states moved."""
        if [_place(row) for row in rows] != [_place(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        before, self._rows = self._rows, rows
        for place, (row, old) in enumerate(zip(rows, before, strict=True)):
            if row != old:
                self.dataChanged.emit(self.index(place), self.index(place))
        return False

    def show_tile(self, tile: TileView) -> None:
        """One of those shown says something else; nothing happens where it is not shown."""
        index = self.place_of(tile.extension)
        if index.isValid() and self._rows[index.row()] != tile:
            place = index.row()
            self._rows = (*self._rows[:place], tile, *self._rows[place + 1 :])
            self.dataChanged.emit(index, index)

    def row(self, index: Index) -> Row | None:
        """What stands at ``index``."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def tile(self, index: Index) -> TileView | None:
        """The tile at ``index``; None for a heading."""
        row = self.row(index)
        return row if isinstance(row, TileView) else None

    def place_of(self, extension: str) -> QModelIndex:
        """Where a colleague stands; an invalid index where they are not shown."""
        for place, row in enumerate(self._rows):
            if isinstance(row, TileView) and row.extension == extension:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if isinstance(row, Heading):
            words = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
            return row.words if role in words else None
        if row is None:
            return None
        return {
            Qt.ItemDataRole.DisplayRole: row.title,
            Qt.ItemDataRole.AccessibleTextRole: row.spoken,
            Qt.ItemDataRole.ToolTipRole: row.hint,
        }.get(Qt.ItemDataRole(role))

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.tile(index) is None:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsDragEnabled if self.editing else flags

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        data = QMimeData()
        tile = self.tile(indexes[0]) if indexes else None
        if tile is not None:
            data.setData(COLLEAGUE_FORMAT, tile.extension.encode())
        return data


def _place(row: Row) -> str:
    return f"={row.words}" if isinstance(row, Heading) else row.extension
