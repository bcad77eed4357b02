"""内線: its page and what is on it."""
