"""EDI translators: bytes to canonical documents and canonical documents to bytes.

This package is pure. Nothing in it opens a file or a socket, reads a clock, an environment variable or a random source, or
writes a log; the same input gives the same output on every machine. `contract` is what callers see, `registry` is the door.
"""
