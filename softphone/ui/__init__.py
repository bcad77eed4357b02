"""What a user sees: Qt Widgets on the services. Only home of PySide6; speaks to no adapter."""
