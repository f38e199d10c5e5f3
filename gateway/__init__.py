"""The EDI gateway: partners' interchanges in, canonical messages and calls to business systems out, acknowledgements back."""
