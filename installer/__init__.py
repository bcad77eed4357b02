"""What makes packages of the program; run from a checkout, never part of the program."""
