"""What other services may rely on: schemas of documents, messages and headers, and where they are published, as files.

Everything is written from what the gateway itself reads and publishes with. Nothing of the gateway uses it.
"""
