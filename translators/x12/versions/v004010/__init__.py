"""X12 004010: a module for each set, and one for the segments of all."""
