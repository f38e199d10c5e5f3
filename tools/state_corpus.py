"""Writes what comes of every file of the corpus, for a person to read: tests/translators/corpus/statements.toml.

    [EDI_CORPUS=<folder of the corpus>] python -m tools.state_corpus

A change of the translators that changes what comes of a file shows as a difference, and is judged by whoever reviews it. Without
the folder only the files of our fixtures are stated anew.
"""

from tests.translators.corpus.files import FIXTURES, elsewhere, names, path_of
from tests.translators.corpus.stating import statement
from tests.translators.corpus.written import store, stored


def main() -> None:
    """State all files at hand; print those of which something else comes than before."""
    folder, before = elsewhere(), stored()
    kept = before if folder is None else {}
    found = {name: statement(path_of(name).read_bytes()) for name in sorted(names(folder or FIXTURES))}
    store({**kept, **found})
    for name in sorted(name for name in found if found[name] != before.get(name)):
        print(name)


if __name__ == "__main__":
    main()
