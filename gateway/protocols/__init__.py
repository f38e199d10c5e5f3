"""Wire protocols without sockets: bytes and values in, bytes and values out."""
