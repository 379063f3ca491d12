"""A study replayed date by date with only what was known, scored, and taken apart."""

from tarjih.scoring.backtest.ablations import Ablation, ablations_of
from tarjih.scoring.backtest.backtesting import backtest_study
from tarjih.scoring.backtest.record import Backtest, Group, Part, Replayed
from tarjih.scoring.backtest.replaying import EVERY, known_by, replay_dates

__all__ = [
    "EVERY",
    "Ablation",
    "Backtest",
    "Group",
    "Part",
    "Replayed",
    "ablations_of",
    "backtest_study",
    "known_by",
    "replay_dates",
]
