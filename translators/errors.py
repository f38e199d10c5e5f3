"""What translators raise. A bad document is never an exception: it yields findings.

TranslatorError
├── DefinitionMissing     a set, message or version that no table describes was asked for by name
├── LayoutInvalid         the layout of a flat file has mistakes; each says where and what to write instead
├── LocationInvalid       a partner's guide names a place that the standard does not have
├── SchemaInvalid         an XML schema of an operator cannot be used; each mistake says where
└── NotWritable           a canonical document lacks what the asked format cannot do without
"""


class TranslatorError(Exception):
    """Base of what this package raises on purpose; anything else that escapes is a bug."""


class DefinitionMissing(TranslatorError):
    """No definition for the asked set or message in the asked version."""


class LayoutInvalid(TranslatorError):
    """The layout of a flat file cannot be used. `mistakes` are all of them: (where, what is wrong, what to write instead)."""

    def __init__(self, name: str, mistakes: tuple[tuple[str, str, str], ...]) -> None:
        lines = "; ".join(f"{where}: {problem}: {remedy}" for where, problem, remedy in mistakes)
        super().__init__(f"layout {name}: {lines}")
        self.mistakes = mistakes


class LocationInvalid(TranslatorError):
    """A place of a partner's guide cannot be understood; the message says which, and what to write instead."""


class NotWritable(TranslatorError):
    """The document cannot be written in the asked format; the message names the canonical field and the element."""


class SchemaInvalid(TranslatorError):
    """An XML schema cannot be used. `mistakes` are what is wrong with it: (file, line, what)."""

    def __init__(self, name: str, mistakes: tuple[tuple[str, int, str], ...]) -> None:
        lines = "; ".join(f"{file}:{line} {problem}" for file, line, problem in mistakes)
        super().__init__(f"schema {name}: {lines}")
        self.mistakes = mistakes
