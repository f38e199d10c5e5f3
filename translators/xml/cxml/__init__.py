"""cXML 1.2: orders, confirmations, ship notices and invoices as requests, responses as their acknowledgement."""
