"""English, the catalogue's first language: a module a screen. What it has, all others have."""
