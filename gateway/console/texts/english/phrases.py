"""Sentences about states: the same that the command line says."""

from gateway.console.texts.entry import Catalogue
from gateway.domain.phrase_words import ENGLISH

TEXTS: Catalogue = {f"phrase.{key}": text for key, text in ENGLISH.items()}
