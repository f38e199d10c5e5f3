"""An item beside the one that a line is of: what comes instead of it, or what it comes instead of."""

from translators.edifact.messages.items import number_rows, read_numbers
from translators.mapping.context import Reading, Writing
from translators.mapping.tree import Row, Written, text_at
from translators.mapping.value import Value


class OtherItem:
    """PIA: identifiers of another item, which is to the one in LIN what `function` (4347) says."""

    __slots__ = ("_function", "_member", "tag")

    def __init__(self, function: str, member: str) -> None:
        self.tag = "PIA"
        self._function, self._member = function, member

    def read(self, row: Row, target: Value, context: Reading) -> bool:
        """Take all identifiers."""
        if text_at(row, 1).strip() != self._function:
            return False
        read_numbers(row, target.setdefault(self._member, {}), target, context)
        return True

    def write(self, target: Value, out: Written, _context: Writing) -> None:
        """The identifiers; what else is said of the item stays to be noted."""
        item = target.get(self._member) or {}
        out.rows += number_rows(item, self._function)
        if not item.get("identifiers"):
            item.pop("identifiers", None)
        if not item:
            target.pop(self._member, None)
