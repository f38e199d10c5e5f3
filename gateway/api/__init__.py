"""REST: one table of operations, from which routes, validation and documentation follow."""
