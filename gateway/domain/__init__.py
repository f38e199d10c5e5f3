"""Pure decisions of the gateway: lifecycles, agreements, routes, control numbers, keys, failures. No IO, clock or randomness."""
