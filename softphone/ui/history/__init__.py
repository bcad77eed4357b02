"""履歴: its page and what is on it."""
