"""A row of controls that goes on in a second one where a screen is narrow."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget


class FoldingRow(QVBoxLayout):
    """`first` is filled as any row; what `may_fold` names stands below it in less than `fold_below_px`.

    That must be more than the whole row's least width: in an area that scrolls the row never gets less.
    """

    def __init__(self, fold_below_px: int) -> None:
        super().__init__()
        self._fold_below_px, self._is_folded = fold_below_px, False
        self._last: list[tuple[QHBoxLayout, int, QWidget]] = []
        self.first, self._second = QHBoxLayout(), QHBoxLayout()
        self._second.addStretch(1)
        self.addLayout(self.first)
        self.addLayout(self._second)

    def may_fold(self, row: QHBoxLayout, *parts: QWidget) -> None:
        """These parts of a row, in their order, go to the second of this one where it is narrow."""
        self._last += [(row, row.indexOf(part), part) for part in parts]

    def setGeometry(self, rect: QRect) -> None:
        """Folds or unfolds, then places the parts."""
        if (rect.width() < self._fold_below_px) is not self._is_folded:
            self._is_folded = not self._is_folded
            self._move()
        super().setGeometry(rect)

    def _move(self) -> None:
        for place, (row, index, part) in enumerate(self._last):
            if self._is_folded:
                self._second.insertWidget(place, part)
            else:
                row.insertWidget(index, part)
