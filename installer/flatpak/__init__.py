"""The Flatpak: a manifest for flatpak-builder, beside what it takes in."""
