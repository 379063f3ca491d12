r"""Judgements and evidence in one PyMC model, states summed out.

The judgement model gives the parameters; what is added is one potential, the log probability of
the evidence under them, by the forward recursion of the exact engine over the joint of
scenario and drivers. NUTS then samples what the other engines reach by weighing draws, and
nothing else is shared with them but the equations and the evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.evidence import weigh_evidence
from tarjih.models.engines.exact import check_size
from tarjih.models.engines.recursion import ForwardRecursion
from tarjih.models.posterior import as_of_date
from tarjih.priors.judgement_model import build_judgement_model
from tarjih.scenarios.records import Item, Study

if TYPE_CHECKING:
    import pymc

__all__ = ["build_pymc_model"]


def build_pymc_model(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
) -> pymc.Model:
    """Return judgements and evidence in one model.

    Parameters
    ----------
    study : Study
        Without analysts, its K·∏L within the exact engine's bound.
    items : sequence of Item, optional
        Default: the study's seed evidence.
    as_of : date or str, optional
        Default: the latest known date of the items, never today.

    Returns
    -------
    pymc.Model
        The judgement model with the potential ``evidence``, and the deterministic
        ``one_step_ahead`` (T+1,): the log probability of each step's evidence given that of the
        steps before.

    Raises
    ------
    InvalidRequest
        If the study is too large, trust in its sources is learned, or as-of is outside it.
    InvalidStudy
        If a judgement cannot be read.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models import build_pymc_model
    >>> build_pymc_model(tarjih.load("syria_russia"))
    Traceback (most recent call last):
    ...
    tarjih.errors.InvalidRequest: --engine: the study is too large ...
    """
    import pymc as pm

    check_size(study)
    chosen = study.items if items is None else tuple(items)
    day = as_of_date(study, chosen, as_of)
    step = study.calendar.index(day)
    recursion = ForwardRecursion(study, weigh_evidence(study, chosen, as_of=day, last_step=step))
    with build_judgement_model(study) as model:
        model.add_coords({"step": np.arange(step + 1)})
        log_chance = _scanned(recursion, model)
        pm.Deterministic("one_step_ahead", log_chance, dims="step")
        pm.Potential("evidence", log_chance.sum())
    return model


def _scanned(recursion: ForwardRecursion, model: Any) -> Any:
    """Return `one_step_ahead` as one loop, so that the graph does not grow with the steps."""
    # neither ships types
    scan: Any = import_module("pytensor").scan
    pt: Any = import_module("pytensor.tensor")

    tables = recursion.tables(model, pt)
    likelihood = np.exp(recursion.log_likelihood)

    def absorb(mass: Any, row: Any) -> list[Any]:
        joint = mass * row
        total = pt.sum(joint)
        return [joint / total, pt.log(total)]

    first, log_first = absorb(recursion.start(model, pt), likelihood[0])
    if len(likelihood) == 1:
        return log_first[None] + recursion.largest
    _, later = scan(
        lambda row, mass, *fixed: absorb(recursion.step(mass, fixed, pt), row),
        sequences=[pt.as_tensor(likelihood[1:])],
        outputs_info=[first, None],
        non_sequences=tables,
        return_updates=False,
    )
    return pt.concatenate([log_first[None], later]) + recursion.largest
