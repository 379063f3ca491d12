"""Where a band comes from: sensitivity to groups of parameters."""
