"""HTTP with other systems, whoever they are: calls to their servers, and who it is that calls us."""
