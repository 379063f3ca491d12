"""Draws that are resampled and moved where weighing them leaves too few."""

__all__: list[str] = []
