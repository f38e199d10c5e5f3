"""X12 005010: a module for each set, and one for the segments of all."""
