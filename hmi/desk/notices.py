"""Sentences above the page: what was done, what did not work, and that the desk is cut off."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy

from hmi.desk.messages import Message, MessageKind

INFO_FOR_MS = 6_000
OPEN_FOR_MS = 30_000
MOST_KEPT = 20


class NoticeBar(QFrame):
    """Shows the newest message; a warning stays until it is closed, then the one before it comes back.

    After half a minute the bar gives its room back to the page; `mark`, which the window places beside the
    alarms, says how many messages wait and opens the bar again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._kept: list[Message] = []
        self._folded = False
        self.mark = QPushButton()
        self.mark.setObjectName("waiting_messages")
        self.mark.clicked.connect(self._on_opened)
        self._fold = QTimer(self)
        self._fold.setSingleShot(True)
        self._fold.setInterval(OPEN_FOR_MS)
        self._fold.timeout.connect(self.fold)
        self._sign, self._text, self._close = QLabel(), _sentence(), QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        for part in (self._sign, self._text, self._close):
            row.addWidget(part)
        self._close.clicked.connect(self._on_close)
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(INFO_FOR_MS)
        self._fade.timeout.connect(self._drop_infos)
        self.retranslate()
        self._refresh()

    @property
    def text(self) -> str:
        """The sentence that it shows; "" when none."""
        return self._kept[-1].text if self._kept else ""

    def show_message(self, message: Message) -> None:
        """Shows a message above those before it."""
        self._kept = [kept for kept in self._kept if kept != message][-MOST_KEPT:]
        self._kept.append(message)
        self._open()

    def fold(self) -> None:
        """Gives the bar's room back to the page; what was not closed waits behind the mark."""
        self._folded = True
        self._refresh()

    def retranslate(self) -> None:
        """Puts the buttons into the present language; messages stay as they were said."""
        self._close.setText(self.tr("Close"))
        self.mark.setToolTip(self.tr("Messages that nobody has closed yet; press to read them."))
        self.mark.setAccessibleName(self.mark.toolTip())

    def _open(self) -> None:
        self._folded = False
        self._fold.start()
        self._refresh()

    def _on_opened(self) -> None:
        self._open()
        self._close.setFocus()

    def _on_close(self) -> None:
        self._kept.pop()
        self._open()

    def _drop_infos(self) -> None:
        self._kept = [kept for kept in self._kept if kept.kind is not MessageKind.INFO]
        self._refresh()

    def _refresh(self) -> None:
        self.setVisible(bool(self._kept) and not self._folded)
        self.mark.setVisible(bool(self._kept) and self._folded)
        self.mark.setText(f"! {len(self._kept)}")
        if not self._kept:
            self._fold.stop()
            return
        newest = self._kept[-1]
        self._sign.setText("i" if newest.kind is MessageKind.INFO else "!")
        self._sign.setObjectName("strong")
        self._text.setText(newest.text)
        if newest.kind is MessageKind.INFO:
            self._fade.start()


class StateBanner(QFrame):
    """Says why what is seen may be old, and offers the next step."""

    step_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._text, self._step = _sentence(), QPushButton()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 4, 4)
        row.addWidget(self._text)
        row.addWidget(self._step)
        self._step.clicked.connect(self.step_wanted)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence that it shows; "" while all is well."""
        return self._text.text()

    def show_state(self, sentence: str, step: str) -> None:
        """Shows a sentence and the name of the next step; "" hides either."""
        self._text.setText(sentence)
        self._step.setText(step)
        self._step.setVisible(bool(step))
        self.setVisible(bool(sentence))


class PlantBanner(StateBanner):
    """Says that the station works with another plant than the desk shows, and offers to show that one."""

    def __init__(self) -> None:
        super().__init__()
        self._differs = False

    def show_difference(self, differs: bool) -> None:
        """Shows the sentence while the two differ."""
        self._differs = differs
        self.retranslate()

    def retranslate(self) -> None:
        """Puts sentence and button into the present language."""
        sentence = self.tr(
            "The plant was changed. This desk still shows it as it was; pages begin anew with the changed "
            "one, and what is not applied or proposed yet is given up."
        )
        step = self.tr("Show the changed plant")
        self.show_state(sentence if self._differs else "", step if self._differs else "")


def _sentence() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return label
