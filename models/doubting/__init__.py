"""Where a band comes from: sensitivity to groups of parameters."""

__all__: list[str] = []
