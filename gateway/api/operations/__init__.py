"""What can be asked for, by subject: each module has the rows of its subject, with their models and functions."""
