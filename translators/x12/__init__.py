"""The x12 family of translators."""
