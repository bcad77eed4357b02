"""How we hear and speak: sound devices or files, and the pipeline between them and the bridge.

The only home of sounddevice, numpy, samplerate and livekit. ``endpoint.RoutedAudioEndpoint`` is what the
engine's composition root builds; nothing here knows SIP or pjsua2.
"""
