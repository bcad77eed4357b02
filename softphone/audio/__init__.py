"""How we hear and speak: sound devices or files, and the pipeline between them and the bridge.

The only home of sounddevice, numpy, samplerate, livekit and soundfile. The engine's composition root builds
``endpoint.RoutedAudioEndpoint`` and ``recording.ThreadedRecording``; nothing here knows SIP or pjsua2.
"""

import os

# numpy would start a thread and keep a buffer for each core, for matrices of a size that never comes here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
