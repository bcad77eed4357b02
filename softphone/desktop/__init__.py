"""HOW the phone lives on the desktop: notifications, hot keys, headset buttons, autostart, sleep, media.

Only home of desktop-notifier, wakepy, hidapi, jeepney and python-xlib. No Qt: the tray is ``ui``'s.
What a system cannot do is said by a code, never silently missing.
"""
