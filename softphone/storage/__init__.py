"""What we remember: settings as TOML, passwords in the keyring, and the resources that came with us.

The only home of keyring, platformdirs and of files of the phone process.
"""
