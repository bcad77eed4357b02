"""Other processes: the engine behind its pipe, `softphone ctl` at the phone's socket, the user's programs.

Owns framing, both ends of the pipe and the engine's supervision, the socket (``control``) and what runs
beside the phone (``programs``). Never looks into what a message means, but for the few that keep the pipe
alive (EngineReady, Ping and Pong, Shutdown) or are replayed.

    EngineClient ─ EngineProcess ══ stdin ═▸ EngineHost      phone process │ engine process
                                 ◂═ stdout ═
                       EngineLog ◂─ stderr ─
"""
