"""How we hear and speak: sound devices or files, and the pipeline between them and the bridge.

The only home of sounddevice, numpy, samplerate, livekit and soundfile. ``endpoint.RoutedAudioEndpoint`` and
``recording.ThreadedRecording`` are what the engine's composition root builds; nothing here knows SIP or pjsua2.
"""
