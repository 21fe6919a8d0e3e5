"""Here too no test may hold the window's thread."""

from tests.hmi.desk.held_watch import held_watch, held_watch_of_all, pytest_runtest_protocol

__all__ = ["held_watch", "held_watch_of_all", "pytest_runtest_protocol"]
