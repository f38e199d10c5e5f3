"""Connectors to the systems behind the gateway: each with its pure mapping beside it."""
