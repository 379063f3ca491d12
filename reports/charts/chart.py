"""What every chart is: words around a plot, room for its labels, and the plot itself.

A chart of one kind is a class made from `Chart` and a public function ``draw_<kind>`` that
takes a record of the models' and returns a figure. The class says what stands around the plot
(`Furniture`), how much room the plot and its labels need (`Room`), and draws into axes it is
given. So the same code draws a whole page and into axes of a user's own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.charts.furniture import Furniture
from tarjih.reports.charts.page import NARROW, NOTE, PAGE, Frame, Page
from tarjih.reports.palette import Look, scenario_looks, theme_named
from tarjih.reports.words.strings import language
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.scenarios.records import Study

__all__ = ["Chart", "Room"]


@dataclass(frozen=True, slots=True)
class Room:
    """Inches that a plot takes on a page, and that its labels take around it.

    Attributes
    ----------
    height : float
        Of the plot.
    before, after : float
        At the sides where lines begin and end.
    above, below : float
    """

    height: float
    before: float = 0.0
    after: float = 0.0
    above: float = 0.0
    below: float = 0.0


class Chart(ABC):
    """One chart.

    Parameters
    ----------
    study : Study
    lang : {"en", "ar"}
    theme : {"light", "dark", "print"}
    frame : Frame
        The paper it is drawn on.

    Attributes
    ----------
    sheet : Page
    looks : dict of str to Look
        Of the scenarios.
    towards : int
        1 where lines run to the right, -1 in Arabic.

    Raises
    ------
    InvalidRequest
        If the language or the theme is unknown.
    """

    def __init__(
        self, study: Study, *, lang: str = "en", theme: str = "light", frame: Frame = PAGE
    ) -> None:
        self.study = study
        self.theme = theme_named(theme)
        self.sheet = Page(language(lang), self.theme, frame)
        self.lang, self.meter, self.rtl = self.sheet.lang, self.sheet.meter, self.sheet.rtl
        self.towards = -1 if self.rtl else 1
        self.looks = scenario_looks(study.scenario_ids, self.theme)

    @abstractmethod
    def furniture(self) -> Furniture:
        """Return what stands around the plot."""

    @abstractmethod
    def room(self) -> Room:
        """Return what the plot needs on a page."""

    @abstractmethod
    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw everything that belongs to the axes, ``width`` by ``height`` inches."""

    def key(self) -> None:  # noqa: B027 - most charts need none
        """Put down what explains the plot below it, if anything does."""

    @property
    def narrow(self) -> bool:
        """Whether the paper is that of a report, where height is dear."""
        return self.sheet.width < NARROW

    def fit(self, inches: float, give: float = 1.0) -> float:
        """Return the width of a column that is so wide on a page of its own.

        On narrower paper columns give way in proportion; ``give`` says how much more or less
        than that one does.
        """
        return inches * (1.0 - give * (1.0 - self.sheet.room / PAGE.room))

    def legend(self) -> Sequence[tuple[Look, str]]:
        """Return looks and what they stand for, where direct labels have no room."""
        return ()

    def scenario_legend(self) -> list[tuple[Look, str]]:
        """Return the scenarios' looks with their names."""
        return [(self.looks[id], self.short_name(id)) for id in self.study.scenario_ids]

    def short_name(self, scenario: str) -> str:
        """Return a scenario's short label, or else its label."""
        found = self.study.scenario(scenario)
        return translate(found.short, self.lang) or translate(found.label, self.lang)

    def draw(self, ax: Axes | None = None) -> Figure:
        """Draw into axes that are given, or onto a page of its own.

        Call it inside `figures.settings`, as the making of the chart.
        """
        if ax is None:
            return self._page()
        figure = ax.get_figure(root=True)
        if figure is None:
            raise ValueError("the axes belong to no figure")
        box = ax.get_position()
        width, height = figure.get_size_inches()
        ax.set_facecolor(self.theme.background)
        self.plot(ax, box.width * width, box.height * height)
        return figure

    def _page(self) -> Figure:
        sheet, furniture, room = self.sheet, self.furniture(), self.room()
        sheet.head(furniture.title, furniture.subtitle, furniture.badges,
                   over=furniture.over if sheet.frame.notes else "")  # fmt: skip
        legend = self.legend()
        if legend:
            sheet.y += 0.1
            sheet.swatches(legend)
        sheet.y += 0.2 + room.above
        top = sheet.y
        sheet.y += room.height + room.below + 0.2
        self.key()
        sheet.y += 0.1
        told = furniture.notices if sheet.frame.notes else ()
        for n, notice in enumerate((*told, *furniture.own)):  # the gravest first
            grave = n == 0 and furniture.grave and bool(told)
            colour = self.theme.warning if grave else self.theme.muted
            sheet.text(notice, NOTE, colour=colour, gid="notice")
            sheet.y += 0.04
        for line in furniture.footer if sheet.frame.notes else ():
            sheet.text(line, NOTE, colour=self.theme.muted, gid="footer")
        figure = sheet.figure()
        width = sheet.room - room.before - room.after
        axes = sheet.axes(
            figure, start=sheet.margin + room.before, width=width, top=top, height=room.height
        )
        axes.set_facecolor(self.theme.background)
        self.plot(axes, width, room.height)
        return figure
