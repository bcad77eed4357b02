"""電話帳: its page and what is on it."""
