"""Definitions as data: one generated module for each version, imported when a document of it comes; labels of our own."""
