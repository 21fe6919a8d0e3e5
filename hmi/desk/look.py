"""The desk's look: theme and language, as chosen or as the system has them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from hmi.desk.desk_menu import SYSTEM
from hmi.store.database import Store
from hmi.store.status import setting
from resources.locate import resource
from widgets.stylesheet import palette, text_font
from widgets.theme import THEMES, Theme, ThemeName

LOOK_SETTING = "desk_look"


@dataclass(frozen=True, slots=True)
class Look:
    """A desk's theme (None: as the system has it) and language; kept in the data folder."""

    theme: ThemeName | None = ThemeName.LIGHT
    language: str = "en"


class Appearance:
    """The application's palette, font, translators and locale."""

    def __init__(self, application: QApplication) -> None:
        self._application, self._usual_font = application, application.font()
        self._translators: list[QTranslator] = []

    def show(self, look: Look) -> None:
        """Puts the application into a theme and a language."""
        self._application.setPalette(palette(theme_of(look)))
        font = text_font(self._usual_font, look.language)
        if font != self._application.font():
            self._application.setFont(font)
        self._put_translators(translators(look.language))
        QLocale.setDefault(QLocale(look.language))

    def clear(self) -> None:
        """Takes the translators back, and the font."""
        self._put_translators([])
        if self._application.font() != self._usual_font:
            self._application.setFont(self._usual_font)

    def _put_translators(self, new: list[QTranslator]) -> None:
        for old in self._translators:
            self._application.removeTranslator(old)
        self._translators = new
        for translator in new:
            self._application.installTranslator(translator)


def theme_of(look: Look) -> Theme:
    """The theme that is chosen, or the system's."""
    return THEMES[look.theme or system_theme()]


def system_theme() -> ThemeName:
    """The theme nearest to what the system has; light where it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return ThemeName.DARK if scheme is Qt.ColorScheme.Dark else ThemeName.LIGHT


def translators(language: str) -> list[QTranslator]:
    """Our own texts and Qt's in a language; none for English."""
    if language == "en":
        return []
    found = []
    for folder, name in (
        (QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath), f"qtbase_{language}"),
        (str(resource("translations")), f"valleyline_{language}"),
    ):
        translator = QTranslator()
        if translator.load(name, folder):
            found.append(translator)
    return found


def stored_look(store: Store) -> Look:
    """The look that this data folder's desks had last; the system's language before the first choice."""
    found = setting(store, LOOK_SETTING)
    if isinstance(found, dict):
        theme, language = found.get("theme", SYSTEM), str(found.get("language", "en"))
        return Look(None if theme == SYSTEM else ThemeName(theme), language)
    return Look(None, "zh_CN" if QLocale.system().name().startswith("zh") else "en")
