"""Every dialog of the desk, opened one after another as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtWidgets import QDialog, QPushButton

from hmi.desk.app import Desk
from hmi.desk.pages.plant import PlantPage
from hmi.desk.session import SignedIn
from hmi.keys import new_key_pair
from hmi.store.records import Role
from tests.hmi.desk.acting_station import let_work


def dialogs(desk: Desk) -> Iterator[tuple[str, QDialog]]:
    """Name and open dialog; it is closed again when the next is asked for."""
    window, session = desk.window, desk.context.session
    page = window.page("plant")
    assert isinstance(page, PlantPage)
    window.show_page("plant")
    while not page.is_settled():
        let_work(20)
    batch = window.page("plan").findChild(QPushButton, "enter_batch")
    assert isinstance(batch, QPushButton)
    ways: dict[str, tuple[Role | None, Callable[[], None]]] = {
        "go_to": (None, window.go_to),
        "help": (None, window.help),
        "first_steps": (None, window.first_steps),
        "about": (None, window.about),
        "sign_in": (None, window.people.sign_in),
        "add_user": (Role.ADMINISTRATOR, window.people.add_user),
        "find_meters": (Role.ENGINEER, page.find_meters),
        "enter_batch": (Role.OPERATOR, batch.click),
        "add_item": (Role.ENGINEER, page.add),
        "confirm": (Role.ENGINEER, page.apply),
    }
    for name, (role, open_it) in ways.items():
        session.lock()
        if role is not None:
            session.sign_in(SignedIn("wang", role, new_key_pair()[0]))
        page.show_target("meters")
        page.type(("plant", "", "supply_kw"), "420")
        page.type(("meters", "mill_24", "poll_s"), "0.1")
        open_it()
        dialog = _opened(desk)
        yield name, dialog
        dialog.reject()
        page.discard()
    page.show_target("plant")  # as it was found, whoever walks the pages next
    session.lock()


def _opened(desk: Desk) -> QDialog:
    """The dialog that is open, once it has all that it asked for."""
    while True:
        let_work(30)
        found = [one for one in desk.window.findChildren(QDialog) if one.isVisible()]
        if found and desk.context.reader.is_idle():
            let_work(30)
            return found[-1]
