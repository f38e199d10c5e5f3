"""The console: pages for people over the operations that the API offers too. It adds pages, not powers (ADR 34)."""
