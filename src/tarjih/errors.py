"""Every error that tarjih raises on purpose.

All derive from `TarjihError`. A wrong *file* (`InvalidStudy`), a wrong *model*
(`InvalidModel`) and a wrong *request* (`InvalidRequest`) are kept apart, since each is
mended in another place. ``exit_code`` is what the command line returns: 1 for work that
could not be done, 2 for a request or a file that is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = [
    "CannotCompute",
    "InvalidModel",
    "InvalidRequest",
    "InvalidStudy",
    "Problem",
    "TarjihError",
    "nearest",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, what, what was got, what is allowed, how to mend it.

    Examples
    --------
    >>> print(Problem("demo.yaml:3:5", "unknown level", got="ful", allowed="stays, full",
    ...               mend="did you mean 'full'?"))
    demo.yaml:3:5: unknown level: got 'ful'; allowed: stays, full; did you mean 'full'?
    """

    where: str
    what: str
    got: str | None = None
    allowed: str | None = None
    mend: str | None = None

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        parts = []
        if self.got is not None:
            parts.append(f"got {self.got!r}")
        if self.allowed is not None:
            parts.append(f"allowed: {self.allowed}")
        if self.mend is not None:
            parts.append(self.mend)
        if not parts:
            return head
        joint = " " if head.endswith("?") else ": "
        return head + joint + "; ".join(parts)


class TarjihError(Exception):
    """Base of every error raised on purpose."""

    exit_code = 1


class CannotCompute(TarjihError):
    """The request is sound, yet the work could not be done (a full disk, a failed fit)."""


class _Wrong(TarjihError):
    exit_code = 2

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)
        )
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InvalidRequest(_Wrong):
    """An option or an argument is wrong."""


class InvalidStudy(_Wrong):
    """A study's files are wrong: all the problems of a study at once."""


class InvalidModel(_Wrong):
    """The files read well, but what they describe is no model (a cycle, no way out)."""


def nearest(got: str, allowed: Sequence[str]) -> str | None:
    """Name the likeliest intended spelling, as the end of an error message.

    Parameters
    ----------
    got : str
        What was written.
    allowed : sequence of str
        What could have been meant.

    Returns
    -------
    str or None
        ``"did you mean 'x'?"``, or None when nothing is near.

    Examples
    --------
    >>> nearest("us_withdrawl", ["us_withdrawal", "ukraine_war"])
    "did you mean 'us_withdrawal'?"
    >>> nearest("zzz", ["us_withdrawal"]) is None
    True
    """
    close = get_close_matches(got, list(allowed), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else None
