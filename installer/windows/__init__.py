"""What makes the Windows packages: the setup wizard (NSIS) and the portable ZIP."""
