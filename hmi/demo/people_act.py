"""What operator and supervisor do in the demonstration, through the window as a person would."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TypeVar

from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox, QWidget

from hmi.demo.script import NotSeenError, Wait
from hmi.demo.world import DemoWorld, Person
from hmi.desk.sign_in import SignInDialog
from hmi.desk.snapshot_model import World
from hmi.desk.window import DeskWindow
from hmi.store.records import PlanRow, PlanState, Role
from widgets.rows_table import RowsTable

SEARCH_S = 3
MOST_ATTEMPTS = 3
QUICK_S = 30.0
WARM_S = 150.0

W = TypeVar("W", bound=QWidget)


def move_load_out_of_the_peak(window: DeskWindow, world: DemoWorld) -> Iterator[Wait]:
    """Waits for the meters, then searches, proposes and approves; again where the plan went stale."""
    yield Wait("a value from every meter", partial(all_meters_read, window, world), WARM_S)
    for _ in range(MOST_ATTEMPTS):
        yield from sign_in(window, world.person(Role.OPERATOR))
        yield from search_and_propose(window)
        yield from sign_in(window, world.person(Role.SUPERVISOR))
        yield from approve(window, world.person(Role.SUPERVISOR))
        if newest_plan(window).state is not PlanState.STALE:
            return
    raise NotSeenError("The plan went stale before it was approved, each time.")


def sign_in(window: DeskWindow, person: Person) -> Iterator[Wait]:
    """Signs in through the dialog."""
    window.context.session.lock()
    window.people.sign_in()
    yield Wait("the sign-in dialog", partial(dialog_is_open, window), QUICK_S)
    dialog = window.people.dialog
    assert isinstance(dialog, SignInDialog)
    dialog.fill(person.name, person.password)
    dialog.enter()
    yield Wait(f"{person.name} signed in", partial(is_signed_in, window, person), QUICK_S)


def search_and_propose(window: DeskWindow) -> Iterator[Wait]:
    """Launches a search, lets it end, proposes its plan."""
    window.show_page("plan", "search")
    child(window, QSpinBox, "seconds").setValue(SEARCH_S)
    yield Wait("the search button", child(window, QPushButton, "search").isEnabled, QUICK_S)
    known = len(plans(window))
    child(window, QPushButton, "search").click()
    yield Wait("a plan", child(window, QPushButton, "propose").isEnabled, WARM_S)
    child(window, QPushButton, "propose").click()
    yield Wait("the proposal", partial(has_more_plans, window, known), QUICK_S)


def approve(window: DeskWindow, person: Person) -> Iterator[Wait]:
    """Approves the newest proposal, with a reason and the password again."""
    window.show_page("approvals")
    plan_id = str(newest_plan(window).id)
    child(window, RowsTable, "proposals").choose(plan_id)
    yield Wait("the proposal chosen", partial(is_chosen, window, plan_id), QUICK_S)
    child(window, QLineEdit, "approval_reason").setText("Cheaper, and every batch is done in time.")
    child(window, QLineEdit, "approval_password").setText(person.password)
    yield Wait("the approve button", child(window, QPushButton, "approve").isEnabled, QUICK_S)
    child(window, QPushButton, "approve").click()
    yield Wait("the station's answer", partial(is_decided, window), QUICK_S)


def child(window: DeskWindow, kind: type[W], name: str) -> W:
    """A part of the window by its name."""
    found: W | None = window.findChild(kind, name)
    if found is None:
        raise NotSeenError(f"The window has no {name!r}.")
    return found


def all_meters_read(window: DeskWindow, world: DemoWorld) -> bool:
    """Whether each meter has given a good power."""
    shown = window.world
    return shown is not None and all(f"{meter.id}.power_kw" in shown.good for meter in world.plant.meters)


def dialog_is_open(window: DeskWindow) -> bool:
    """Whether the sign-in dialog is there."""
    return isinstance(window.people.dialog, SignInDialog)


def is_signed_in(window: DeskWindow, person: Person) -> bool:
    """Whether this person is at the desk."""
    return window.context.session.name == person.name


def plans(window: DeskWindow) -> tuple[PlanRow, ...]:
    """The plans that the window knows, newest first."""
    shown: World | None = window.world
    return shown.plans if shown is not None else ()


def newest_plan(window: DeskWindow) -> PlanRow:
    """The plan proposed last."""
    found = plans(window)
    if not found:
        raise NotSeenError("No plan was proposed.")
    return found[0]


def has_more_plans(window: DeskWindow, known: int) -> bool:
    """Whether another plan was proposed."""
    return len(plans(window)) > known


def is_chosen(window: DeskWindow, plan_id: str) -> bool:
    """Whether this proposal is the chosen one; chooses it as soon as it is listed."""
    table = child(window, RowsTable, "proposals")
    if table.chosen() != plan_id:
        table.choose(plan_id)
    return table.chosen() == plan_id


def is_decided(window: DeskWindow) -> bool:
    """Whether the newest plan is no longer waiting for a signature."""
    return newest_plan(window).state is not PlanState.PROPOSED


def plan_has_state(window: DeskWindow, *states: PlanState) -> bool:
    """Whether the newest plan has come so far."""
    return newest_plan(window).state in states


def plant_time_passed(window: DeskWindow, t_ms: int) -> bool:
    """Whether plant time is past this."""
    return window.context.clock.now_ms() >= t_ms
