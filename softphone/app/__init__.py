"""What a user can do: one service per noun, all on the main thread.

Services see only ``domain`` (its ports among it) and each other's values; adapters are handed to them by
``main``. What they tell is a ``changes.Change``; who wants to know observes the ``Phone``.
"""
