"""The kinds of applications, each with its table in routes.toml in a file of its own."""
