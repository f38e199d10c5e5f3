"""Keys, certificates and who may do what."""
