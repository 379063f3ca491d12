"""The kinds of charts: what each can be asked, and the function that draws it.

One table for `tarjih chart` and for reports. A chart's own module is imported when it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.errors import InvalidRequest, Problem, nearest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tarjih.reports.charts.asked import Asked

__all__ = ["KINDS", "Kind", "check_options", "draw_kind", "kind_named"]

_AHEAD = frozenset({"--as-of", "--horizon", "--set"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of chart.

    Attributes
    ----------
    draw : callable
        Draws what was asked for.
    takes : frozenset of str
        The options of `tarjih chart` that it has a use for, besides those that all have
        (ledger, view, engine, seed, language and theme); others are refused.
    """

    draw: Callable[[Asked], Figure]
    takes: frozenset[str]


def kind_named(name: str) -> Kind:
    """Return a kind of chart.

    Raises
    ------
    InvalidRequest
        If there is none of that name.

    Examples
    --------
    >>> sorted(kind_named("prior").takes)
    []
    """
    if name not in KINDS:
        allowed = ", ".join(KINDS)
        mend = nearest(name, list(KINDS))
        raise InvalidRequest(Problem("KIND", "unknown kind of chart", name, allowed, mend))
    return KINDS[name]


def check_options(name: str, options: Iterable[str]) -> None:
    """Refuse options that a kind of chart has no use for, rather than pass over them.

    Raises
    ------
    InvalidRequest
        If there is no such kind, or for such an option.
    """
    kind = kind_named(name)
    problems = []
    for option in options:
        if option not in kind.takes:
            users = ", ".join(other for other, one in KINDS.items() if option in one.takes)
            what = f"the chart {name} has no use for it"
            problems.append(Problem(option, what, mend=f"leave it out; it is for {users}"))
    if problems:
        raise InvalidRequest(problems)


def draw_kind(name: str, asked: Asked) -> Figure:
    """Draw a chart of a kind.

    Raises
    ------
    InvalidRequest
        If there is no such kind, and as what the chart needs.
    """
    return kind_named(name).draw(asked)


def _timeline(asked: Asked) -> Figure:
    from tarjih.reports.charts.timeline import draw_timeline

    return draw_timeline(asked.forecast, influences=asked.influences, **asked.look)


def _fan(asked: Asked) -> Figure:
    from tarjih.reports.charts.fan import draw_fan

    return draw_fan(asked.forecast, scenario=asked.scenario, **asked.look)


def _stacked(asked: Asked) -> Figure:
    from tarjih.reports.charts.stacked import draw_stacked

    return draw_stacked(asked.forecast, **asked.look)


def _drivers(asked: Asked) -> Figure:
    from tarjih.reports.charts.drivers import draw_drivers

    return draw_drivers(asked.forecast, **asked.look)


def _ledger(asked: Asked) -> Figure:
    from tarjih.reports.charts.ledger_chart import draw_ledger

    return draw_ledger(asked.forecast, alone=asked.alone, **asked.look)


def _network(asked: Asked) -> Figure:
    from tarjih.reports.charts.network_chart import draw_network

    return draw_network(asked.study, asked.draws, scenario=asked.scenario, **asked.look)


def _prior(asked: Asked) -> Figure:
    from tarjih.reports.charts.prior_chart import draw_prior

    return draw_prior(asked.prior_view, **asked.look)


def _waterfall(asked: Asked) -> Figure:
    from tarjih.reports.charts.waterfall import draw_waterfall

    return draw_waterfall(
        asked.explanation, scenario=asked.scenario, units=asked.units, **asked.look
    )


def _tornado(asked: Asked) -> Figure:
    from tarjih.reports.charts.tornado import draw_tornado

    return draw_tornado(asked.tornado, **asked.look)


def _tipping(asked: Asked) -> Figure:
    from tarjih.reports.charts.tipping import draw_tipping

    return draw_tipping(asked.tipping, **asked.look)


def _watch(asked: Asked) -> Figure:
    from tarjih.reports.charts.watch import draw_watch

    return draw_watch(asked.watch_list, **asked.look)


def _pull(asked: Asked) -> Figure:
    from tarjih.models.asked.pulling import driver_pulls
    from tarjih.reports.charts.pull import draw_pull

    return draw_pull(driver_pulls(asked.study, asked.draws), **asked.look)


def _compare(asked: Asked) -> Figure:
    from tarjih.reports.charts.compare import draw_compare

    return draw_compare(asked.comparison, when=asked.when, **asked.look)


def _reliability(asked: Asked) -> Figure:
    from tarjih.reports.charts.reliability import draw_reliability

    return draw_reliability(asked.reliability, **asked.look)


# In the order in which help names them: first what is believed, then why, then on what it rests,
# and last how good it was.
KINDS: dict[str, Kind] = {
    "timeline": Kind(_timeline, _AHEAD),
    "fan": Kind(_fan, _AHEAD | {"--scenario"}),
    "stacked": Kind(_stacked, _AHEAD),
    "waterfall": Kind(_waterfall, frozenset({"--as-of", "--since", "--scenario", "--units"})),
    "tornado": Kind(_tornado, _AHEAD | {"--scenario", "--at"}),
    "tipping": Kind(_tipping, frozenset({"--as-of", "--horizon", "--scenario", "--threshold"})),
    "watch": Kind(_watch, _AHEAD | {"--within"}),
    "pull": Kind(_pull, frozenset()),
    "compare": Kind(_compare, _AHEAD | {"--at"}),
    "ledger": Kind(_ledger, frozenset({"--as-of"})),
    "drivers": Kind(_drivers, _AHEAD),
    "network": Kind(_network, frozenset({"--scenario"})),
    "prior": Kind(_prior, frozenset()),
    "reliability": Kind(_reliability, frozenset({"--as-of"})),
}
