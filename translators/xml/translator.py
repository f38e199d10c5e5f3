"""The XML family as the registry sees it: `contract.FamilyTranslator`."""

from translators.contract import Acknowledgement, Interchange
from translators.xml.interchange import read
from translators.xml.parsing import parse
from translators.xml.sealing import seal
from translators.xml.writing import write

__all__ = ["acknowledge", "parse", "read", "seal", "write"]


def acknowledge(_interchange: Interchange) -> tuple[Acknowledgement, ...]:
    """UBL and CII know no syntax acknowledgement: a response to them is a document of its own."""
    return ()
