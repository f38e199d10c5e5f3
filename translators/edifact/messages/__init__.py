"""What messages mean: each module maps one message to its canonical document, imported when such a message comes."""
