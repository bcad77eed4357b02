"""Packages for Linux: the .deb, the archive, and what both carry beside the program."""
