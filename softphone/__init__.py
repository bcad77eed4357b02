"""softphone: a desktop SIP telephone for Windows, macOS and Linux."""

__version__ = "0.1.0"
