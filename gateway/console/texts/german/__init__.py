"""Deutsch: ein Modul je Seite."""
