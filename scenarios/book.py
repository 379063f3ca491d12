"""The problems found while a study is read, and the places they stand at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tarjih.errors import InvalidModel, InvalidStudy, Problem, nearest

__all__ = ["NOTHING", "Book"]

NOTHING = "nothing"


class Book:
    """Collects what is wrong, so that all of it is told at once.

    Parameters
    ----------
    positions : mapping of dotted path to ``file:line:column``
    problems : iterable of Problem
        What was found before.

    Examples
    --------
    >>> book = Book({"study.step": "demo.yaml:2:3"})
    >>> book.add("study.step", "unknown word", got="day", allowed=("month", "week"))
    >>> print(book.problems[0])
    demo.yaml:2:3: unknown word: got 'day'; allowed: month, week
    """

    def __init__(self, positions: Mapping[str, str], problems: Iterable[Problem] = ()) -> None:
        self.positions = positions
        self.problems: list[Problem] = list(problems)
        self.model_problems: list[Problem] = []

    @property
    def count(self) -> int:
        """How many problems there are."""
        return len(self.problems) + len(self.model_problems)

    def where(self, path: str) -> str:
        """Return the place of a path, or of the nearest entry around it."""
        positions = self.positions
        place = path
        while place and place not in positions:
            place = place.rpartition(".")[0]
        return positions[place] if place else path

    def add(
        self,
        path: str,
        what: str,
        *,
        got: str | None = None,
        allowed: str | Iterable[str] | None = None,
        mend: str | None = None,
    ) -> None:
        """Note a problem of the file.

        With several words ``allowed`` and no ``mend``, the nearest of them is suggested.
        """
        if allowed is not None and not isinstance(allowed, str):
            words = list(allowed)
            if mend is None and got is not None:
                mend = nearest(got, words)
            allowed = ", ".join(words) if words else "(none is defined)"
        if got == NOTHING and mend is None:
            mend = "give it a value, or remove the line"
        self.problems.append(Problem(self.where(path), what, got, allowed, mend))

    def add_model(self, path: str, what: str, *, got: str | None = None, mend: str) -> None:
        """Note a problem of the model that the files describe."""
        self.model_problems.append(Problem(self.where(path), what, got=got, mend=mend))

    def close(self) -> None:
        """Raise everything that was noted.

        Raises
        ------
        InvalidStudy
            If the files are wrong (then with the model's problems too).
        InvalidModel
            If only the model is.
        """
        if self.problems:
            raise InvalidStudy(_in_order(self.problems + self.model_problems))
        if self.model_problems:
            raise InvalidModel(_in_order(self.model_problems))


def _in_order(problems: list[Problem]) -> list[Problem]:
    """Sort by file and line; drop repetitions."""

    def key(problem: Problem) -> tuple[str, int, int]:
        file, _, rest = problem.where.rpartition(":")
        file, _, line = file.rpartition(":")
        return (file, int(line), int(rest)) if line.isdigit() and rest.isdigit() else ("", 0, 0)

    return sorted(dict.fromkeys(problems), key=key)
