"""The AppImage: one file that runs on any desktop Linux without being installed."""
