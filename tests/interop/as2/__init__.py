"""AS2 with implementations that are not ours.

Two peers, made of nothing of the gateway's:

- `openssl cms` with curl (`recipe`, `opened`, `receipt`, `client`, `server`). MIME is cut and written here (`entity`),
  compression is DER and zlib of the tests' own (`compressed`), MICs come from hashlib (`mic`). `server.PartnerServer`
  behaves well, or badly on demand.
- npm's libas2 (`node_peer`, `node/peer.js`, `libas2_server`), one node process for the session.

`test_peers` lets them prove each other before they judge us. `test_core_...` judge `gateway.protocols.as2` in process,
`test_http_...` the channel over HTTP, in both directions. The rows are in `matrix`.

libas2's habits, which are part of the field: RSA-OAEP with SHA-512; `SHA-256` in capitals; a receipt signed without the
CRLF that ends it; no compression; GCM in EnvelopedData, which nobody else reads; `failed/failure=...` where others say
`processed/error: ...`.
"""
