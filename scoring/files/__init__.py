"""Forecasts in files: reading them, and telling all that is wrong at once."""

from tarjih.scoring.files.forecasts import AskedQuestion, ForecastTable
from tarjih.scoring.files.layout import COLUMNS
from tarjih.scoring.files.reading import read_forecasts

__all__ = ["COLUMNS", "AskedQuestion", "ForecastTable", "read_forecasts"]
