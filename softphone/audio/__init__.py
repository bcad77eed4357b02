"""How we hear and speak: sound devices or files, and the pipeline between them and the bridge.

The only home of sounddevice, numpy, samplerate, livekit and soundfile. The engine's composition root builds
``endpoint.RoutedAudioEndpoint`` and ``recording.ThreadedRecording``; nothing here knows SIP or pjsua2.
"""
