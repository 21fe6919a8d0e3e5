"""Errors of the solver that a person can mend; their text is one sentence."""

from __future__ import annotations


class ProblemError(Exception):
    """A problem that cannot be planned as it stands: what, where, and what to do."""


class TariffError(ProblemError):
    """A tariff that cannot price what it is asked to price."""


class InfeasibleError(ProblemError):
    """A problem that no plan can meet; `params` name the batch and the limit that forbids it."""

    def __init__(self, sentence: str, params: dict[str, str | float]) -> None:
        super().__init__(sentence)
        self.params = params
