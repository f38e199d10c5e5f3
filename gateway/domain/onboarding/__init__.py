"""Bringing a new partner on: what its sample documents tell, and what is proposed from that. Pure."""
