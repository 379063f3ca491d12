"""A study unrolled over time as a Bayesian network, and written for other programs."""

__all__: list[str] = []
