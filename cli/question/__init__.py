"""``tarjih question``: what will be settled, published and resolved."""

__all__: list[str] = []
