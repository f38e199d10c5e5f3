"""UBL 2.1: the table of the standard, and one module for each document that says what its elements mean."""
