"""How far the days are, for the person who waits: a bar on standard error."""

from time import perf_counter
from types import TracebackType
from typing import ClassVar, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

MINUTE_S: Final = 60
HOUR_S: Final = 3600


class DaysBar:
    """Days done, days a second, time left. On what is no terminal it is silent, but for ``say``."""

    things: ClassVar = "days"

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self.played = 0
        self.kept = 0
        """Days that a cache had."""
        self._total = 0
        self._began: float | None = None
        self._task: TaskID | None = None
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("{task.completed:.0f} of {task.total:.0f} {task.fields[things]}"),
            TextColumn("{task.fields[pace]}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def expect(self, days: int) -> None:
        """So many more are wanted."""
        self._total += days
        self._began = self._began or perf_counter()
        self._draw()

    def had(self, days: int) -> None:
        """So many were in the cache."""
        self.kept += days
        self._draw()

    def done(self, days: int) -> None:
        """So many were played."""
        self.played += days
        self._draw()

    def say(self, sentence: str) -> None:
        """Above the bar."""
        self.console.print(sentence, style="yellow", markup=False, highlight=False, soft_wrap=True)

    @property
    def days_a_second(self) -> float:
        """Of those that were really played."""
        spent_s = perf_counter() - self._began if self._began is not None else 0.0
        return self.played / spent_s if spent_s > 0 else 0.0

    def _draw(self) -> None:
        if self._task is None:
            self._task = self._bar.add_task("Playing", total=self._total, pace="", things=self.things)
        finished = self.played + self.kept
        self._bar.update(self._task, total=self._total, completed=finished, pace=self._pace(self._total - finished))

    def _pace(self, left: int) -> str:
        rate = self.days_a_second
        if not rate:
            return ""
        return f"{rate:.1f} {self.things}/s · {_span(left / rate)} left" if left else f"{rate:.1f} {self.things}/s"


def _span(seconds: float) -> str:
    if seconds >= HOUR_S:
        return f"{seconds // HOUR_S:.0f} h {seconds % HOUR_S // MINUTE_S:02.0f} min"
    return f"{seconds // MINUTE_S:.0f}:{seconds % MINUTE_S:02.0f} min" if seconds >= MINUTE_S else f"{seconds:.0f} s"
