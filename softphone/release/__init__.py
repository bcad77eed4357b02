"""WHERE new versions come from: the signed feed, the files it names, how this program was installed.

Only home of nacl (libsodium). What speaks to a server is loaded by the thread that does, when it does.
"""
