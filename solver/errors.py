"""Errors of the solver that a person can mend; their text is one sentence."""

from __future__ import annotations


class ProblemError(Exception):
    """A problem that cannot be planned as it stands: what, where, and what to do."""


class TariffError(ProblemError):
    """A tariff that cannot price what it is asked to price."""


class NoPlanError(ProblemError):
    """No plan was found that keeps every limit, though none is proven to be impossible.

    `params` name the limit that is in the way: limit (its key), excess and unit, and where they apply
    machine, batch, buffer and at_min.
    """

    def __init__(self, sentence: str, params: dict[str, str | float]) -> None:
        super().__init__(sentence)
        self.params = params


class InfeasibleError(NoPlanError):
    """A problem that no plan can meet, which is proven; `params` name the limit that forbids it."""
