"""What `valleyline doctor` says, in the person's language; its texts are English where they are made."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from hmi.commands.doctor import Finding

TEXTS: tuple[object, ...] = (
    QT_TRANSLATE_NOOP("doctor", "Python {version} on {system}."),
    QT_TRANSLATE_NOOP("doctor", "SQLite {version}; {needed} or newer is needed."),
    QT_TRANSLATE_NOOP("doctor", "The data folder {folder} cannot be written; choose another with --data."),
    QT_TRANSLATE_NOOP("doctor", "The data folder {folder} has {free} GB free."),
    QT_TRANSLATE_NOOP("doctor", "The window uses the system's own screen."),
    QT_TRANSLATE_NOOP("doctor", "The window lacks these system libraries: {missing}."),
    QT_TRANSLATE_NOOP(
        "doctor", "There is no screen here; the demo runs headless and pictures are drawn offscreen."
    ),
    QT_TRANSLATE_NOOP("doctor", "The window has its libraries and a screen."),
    QT_TRANSLATE_NOOP("doctor", "Chinese text uses the system's fonts."),
    QT_TRANSLATE_NOOP("doctor", "Chinese text has a font."),
    QT_TRANSLATE_NOOP("doctor", "Chinese text has no font; install {package}."),
    QT_TRANSLATE_NOOP("doctor", "Compiled kernels can be kept in {folder}."),
    QT_TRANSLATE_NOOP("doctor", "{folder} cannot be written."),
    QT_TRANSLATE_NOOP("doctor", "The simulated plant can use pseudo-terminals."),
    QT_TRANSLATE_NOOP(
        "doctor", "There are no pseudo-terminals here; the simulated plant answers RTU over TCP."
    ),
    QT_TRANSLATE_NOOP("doctor", "The program lacks its own files {missing}; install it again."),
    QT_TRANSLATE_NOOP("doctor", "The program's profiles, tariffs and example plants are in place."),
)


def doctor_sentence(finding: Finding) -> str:
    """What was found, in a sentence."""
    return QCoreApplication.translate("doctor", str(finding.text)).format_map(finding.detail)
