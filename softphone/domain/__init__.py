"""What a phone is: pure values and rules.

Standard library and msgspec only. No threads, no I/O, no clock: time comes in with the events.
Codes, never words: what a person reads is made in ``app/text.py`` from the translation files.
"""
