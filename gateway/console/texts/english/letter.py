"""Texts about acknowledgements that are ready to be sent to partners."""

from gateway.console.texts.entry import Catalogue
from gateway.domain.letter import ENGLISH

TEXTS: Catalogue = {f"letter.{key}": text for key, text in ENGLISH.items()}
