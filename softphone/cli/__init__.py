"""The headless phone: one file per verb, on the same services as the window.

Sees ``app`` and ``domain``; everything else is handed in by ``main`` as ``services.Services``.
Words come from ``app.text``; standard output belongs to ``output`` alone.
"""
