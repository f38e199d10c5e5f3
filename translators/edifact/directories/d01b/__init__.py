"""UN/EDIFACT directory D.01B."""
