"""What a user sees: Qt Widgets on the services. Only home of PySide6; speaks to no adapter."""

from softphone.ui.binding import skip_source_search

skip_source_search()  # before the first module of ours that PySide's import hook would read
