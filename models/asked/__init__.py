"""What an analyst asks of a belief, one question a module."""
