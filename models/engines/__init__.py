"""Three engines that carry belief on, each a check on the others."""

__all__: list[str] = []
