"""A study unrolled over time as a Bayesian network, and written for other programs."""
