"""One module for each transaction set that has a canonical form."""
