"""The smallest sets of driver changes that would tip a forecast."""

__all__: list[str] = []
