"""The pages' buttons on the left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from hmi.desk import texts
from widgets.scrolled import scrolled

WIDTH_PX = 132
LEAST_HEIGHT_PX = 320  # on a lower screen than all buttons need, they scroll


class Navigation(QFrame):
    """One button a page, with its key; emits the page that is wanted."""

    page_wanted = Signal(str)

    def __init__(self, pages: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setFixedWidth(WIDTH_PX)
        self._pages = pages
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        buttons = QWidget()
        column = QVBoxLayout(buttons)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(2)
        for page_id, _key in pages:
            column.addWidget(self._button(page_id))
        column.addStretch(1)
        self._area = scrolled(buttons)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(LEAST_HEIGHT_PX)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        self.retranslate()

    def show_page(self, page_id: str) -> None:
        """Marks the page that is shown, and brings its button into sight."""
        self._buttons[page_id].setChecked(True)
        self._area.ensureWidgetVisible(self._buttons[page_id], 0, 0)

    def retranslate(self) -> None:
        """Puts the pages' names into the present language."""
        for page_id, key in self._pages:
            title = texts.page(page_id)
            self._buttons[page_id].setText(f"{title}  {key}")
            self._buttons[page_id].setAccessibleName(title)

    def _button(self, page_id: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName("nav")
        button.setCheckable(True)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(partial(self._on_clicked, page_id))
        self._group.addButton(button)
        self._buttons[page_id] = button
        return button

    def _on_clicked(self, page_id: str, _checked: bool = False) -> None:
        self.page_wanted.emit(page_id)
