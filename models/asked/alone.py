"""What each item would do if it were the only one.

Leaving an item out says what it adds to the others; where many agree, that is little for each.
Alone, each shows the direction and the weight it has by itself.
"""

from __future__ import annotations

from tarjih.models.asked.influence import Influence, beliefs_behind, centred_log_odds
from tarjih.models.record import Forecast
from tarjih.priors import Draws

__all__ = ["alone_influences"]


def alone_influences(forecast: Forecast, *, draws: Draws | None = None) -> tuple[Influence, ...]:
    """Return what each counted item would do at as-of by itself, in canonical order.

    The shift of each is belief with that item and no other, less belief without any.

    Parameters
    ----------
    forecast : Forecast
    draws : Draws, optional
        Those the forecast was made with. Default: those of its study. A spread-out sample is
        used, as for `influences`.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = alone_influences(tarjih.forecast(study, as_of="2025-12-31", replay=False))
    >>> max(found, key=lambda one: one.size).kind
    'item'
    """
    beliefs = beliefs_behind(forecast, draws)
    if beliefs is None:
        return ()
    nothing = beliefs.of(()).probability
    found = []
    for item in beliefs.counted:
        alone = beliefs.of((item,)).probability
        found.append(
            Influence(
                key=item.id,
                items=(item,),
                date=item.end,
                shift=alone - nothing,
                log_shift=centred_log_odds(alone) - centred_log_odds(nothing),
            )
        )
    return tuple(found)
