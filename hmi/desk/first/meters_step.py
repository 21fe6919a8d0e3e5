"""The guided start's second step: which meters hang on which port."""

from __future__ import annotations

from hmi.desk.find_meters import loads_of, with_found
from hmi.desk.first.step import FirstAnswers, Step
from hmi.desk.meter_finder import MeterFinder
from hmi.found_meters import NotOneLineError


class MetersStep(Step):
    """Finds meters by a scan that only reads, or takes what is typed."""

    def __init__(self, answers: FirstAnswers) -> None:
        super().__init__(answers)
        self.say(
            self.tr(
                "Choose the port that the meters hang on and scan it. For each meter that answers, choose "
                "its profile and the machine that it measures; “Read once” shows what it draws now."
            )
        )
        self.finder = MeterFinder(answers.data_dir, answers.clock)
        self.finder.changed.connect(self.changed)
        self.rows.addWidget(self.finder, 1)
        self.first_line = self.finder.port_box

    def comes_with_example(self) -> bool:
        """The example's meters are simulated."""
        return True

    def enter(self) -> None:
        """Offers the machines of the first step."""
        self.finder.offer([], loads_of(self.answers.draft), {})

    def fault(self) -> str:
        """What is missing."""
        missing = self.finder.fault()
        if missing:
            return missing
        marked = self.finder.marked()
        if not marked:
            return self.tr("Mark at least one meter; add it by hand where none answers yet.")
        measured = [meter.measures for meter in marked if meter.measures]
        if len(set(measured)) < len(measured):
            return self.tr("Two meters measure the same; choose another machine for one of them.")
        try:
            with_found(self.answers.draft, marked)
        except NotOneLineError as error:
            text = self.tr("The meters on {port} answer at different speeds; mark only those of one speed.")
            return text.format(port=error.port)
        return ""

    def leave(self) -> None:
        """Puts lines and meters into the draft, in the place of those from before."""
        draft = self.answers.draft
        for section in ("meters", "lines"):
            for gone in draft.left(section):
                draft = draft.without_item(section, gone)
        self.answers.draft = with_found(draft, self.finder.marked())

    def close_down(self) -> None:
        """Ends a scan."""
        self.finder.close_down()
