from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from devices.clock import Clock
from hmi.approval import verified_role
from hmi.desk.add_user import AddUserDialog
from hmi.desk.app import Desk
from hmi.desk.look import Look
from hmi.desk.sign_in import FirstAdministratorDialog, SignInDialog, look_at_door
from hmi.plant import load_plant
from hmi.store.database import Store, open_store
from hmi.store.records import Role
from hmi.store.users import users
from resources.locate import resource

PATIENCE_MS = 30_000


def sign_in_dialog(desk: Desk, qtbot: QtBot) -> SignInDialog:
    desk.window.people.sign_in()
    qtbot.waitUntil(lambda: isinstance(desk.window.people.dialog, SignInDialog), timeout=PATIENCE_MS)
    dialog = desk.window.people.dialog
    assert isinstance(dialog, SignInDialog)
    return dialog


def test_the_demonstrations_people_sign_in_with_the_passwords_that_are_shown(
    desk: Desk, store: Store, qtbot: QtBot
) -> None:
    person = next(one for one in look_at_door(store).demo_users if one.role is Role.OPERATOR)
    dialog = sign_in_dialog(desk, qtbot)
    dialog.fill(person.name, person.password)
    with qtbot.waitSignal(desk.context.session.changed, timeout=PATIENCE_MS):
        dialog.enter()
    assert desk.context.session.name == person.name
    assert person.name in desk.window.header.operator.text()
    assert desk.window.people.dialog is None


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_and_a_wait(
    desk: Desk, store: Store, qtbot: QtBot, known: bool
) -> None:
    name = look_at_door(store).demo_users[0].name if known else "nobody.at.all"
    dialog = sign_in_dialog(desk, qtbot)
    dialog.fill(name, "not the password")
    dialog.enter()
    people = [one for one in dialog.findChildren(QPushButton) if " · " in one.text()]
    assert people and not any(one.isEnabled() for one in people)  # else a click would choose nobody
    qtbot.waitUntil(lambda: "wrong" in dialog.problem, timeout=PATIENCE_MS)
    assert dialog.problem.startswith("Name or password is wrong")
    assert desk.context.session.person is None
    qtbot.waitUntil(lambda: dialog.may_try, timeout=PATIENCE_MS)
    assert dialog.problem == "Name or password is wrong."
    dialog.reject()


def test_the_first_start_asks_for_an_administrator_and_has_no_password_of_its_own(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    plant = load_plant(resource("plants/company_x/plant.toml"))
    desk = Desk(qapp, tmp_path, plant, Clock(), Look())
    qtbot.addWidget(desk.window)
    desk.open()
    desk.window.people.sign_in_at_first_start()
    people = desk.window.people
    qtbot.waitUntil(lambda: isinstance(people.dialog, FirstAdministratorDialog), timeout=PATIENCE_MS)
    dialog = people.dialog
    assert isinstance(dialog, FirstAdministratorDialog)
    dialog.fill("chen", "correct horse", "correct hose")
    dialog.make()
    assert dialog.problem == "The two passwords differ; type them again."
    dialog.fill("chen", "short", "short")
    dialog.make()
    qtbot.waitUntil(lambda: "8 characters" in dialog.problem, timeout=PATIENCE_MS)
    dialog.fill("chen", "correct horse", "correct horse")
    with qtbot.waitSignal(desk.context.session.changed, timeout=PATIENCE_MS):
        dialog.make()
    assert desk.context.session.name == "chen"
    desk.close()
    store = open_store(tmp_path / "valleyline.db")
    assert [user.name for user in users(store)] == ["chen"]
    assert verified_role(store, "chen") is Role.ADMINISTRATOR
    store.close()


def test_an_administrator_adds_people_whose_role_is_signed(desk: Desk, store: Store, qtbot: QtBot) -> None:
    admin = next(one for one in look_at_door(store).demo_users if one.role is Role.ADMINISTRATOR)
    dialog = sign_in_dialog(desk, qtbot)
    dialog.fill(admin.name, admin.password)
    with qtbot.waitSignal(desk.context.session.changed, timeout=PATIENCE_MS):
        dialog.enter()
    desk.window.people.add_user()
    adding = desk.window.people.dialog
    assert isinstance(adding, AddUserDialog)
    adding.fill("wang.fang", Role.SUPERVISOR, "a long password")
    with qtbot.waitSignal(adding.accepted, timeout=PATIENCE_MS):
        adding.add()
    assert verified_role(store, "wang.fang") is Role.SUPERVISOR


def test_locking_the_desk_signs_out_and_viewing_goes_on(desk: Desk, store: Store, qtbot: QtBot) -> None:
    person = look_at_door(store).demo_users[0]
    dialog = sign_in_dialog(desk, qtbot)
    dialog.fill(person.name, person.password)
    with qtbot.waitSignal(desk.context.session.changed, timeout=PATIENCE_MS):
        dialog.enter()
    desk.context.session.lock()
    assert desk.window.header.operator.accessibleName().startswith(f"Locked · {person.name}")
    assert desk.context.session.person is None
    with qtbot.waitSignal(desk.window.world_shown, timeout=PATIENCE_MS):
        pass
