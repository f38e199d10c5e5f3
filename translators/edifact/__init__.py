"""The edifact family of translators."""
