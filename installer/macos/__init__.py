"""What makes the program a macOS application: its plist, its signature, its disk image."""
