"""The smallest sets of driver changes that would tip a forecast."""
