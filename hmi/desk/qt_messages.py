"""What Qt has to say goes to the log like everything else."""

from __future__ import annotations

import logging

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

log = logging.getLogger("qt")

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
OFFSCREEN_HABIT = "propagateSizeHints"  # the offscreen platform says so of every window; it means nothing


def log_qt_messages() -> None:
    """Sends Qt's messages to the log from now on."""
    qInstallMessageHandler(_log)


def _log(kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
    level = logging.DEBUG if OFFSCREEN_HABIT in text else LEVELS[kind]
    log.log(level, "%s", text)
