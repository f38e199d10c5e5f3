"""UN/EDIFACT directory D.96A."""
