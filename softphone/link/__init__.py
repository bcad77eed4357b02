"""The pipe between the phone process and the engine process.

Owns framing, both ends of the pipe and the engine's supervision. Never looks into what a message means,
but for the few that keep the pipe alive (EngineReady, Ping and Pong, Shutdown) or are replayed.

    EngineClient ─ EngineProcess ══ stdin ═▸ EngineHost      phone process │ engine process
                                 ◂═ stdout ═
                       EngineLog ◂─ stderr ─
"""
