"""Declarations that say, once and for both directions, how segments and canonical documents speak of the same thing.

A mapping is made of clauses, a clause of parts. `parts` turn places of a segment into one value and back, `clauses` say where
the value belongs in the document, `mapping` walks a whole document. The families write their declarations with these words, and
reading, writing, lineage and a partner's deviations all follow from the one declaration.
"""
