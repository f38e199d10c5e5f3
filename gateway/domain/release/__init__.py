"""Release to warehouses: a gate by rules that orders to warehouses pass before they are sent. Pure."""
