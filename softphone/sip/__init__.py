"""SIP as text and time: messages, header fields, framing, transactions, sockets (RFC 3261).

What PJSIP does not do for us stands on this: the local registrar and the engine's subscriptions. Knows no
phone and no server; imports nothing else of the program but ``softphone.domain``.

    transport ─ framing ─ message ─ header
        └────── transaction ───┘
"""
