"""The canonical data model: what a document says, free of the syntax it came in. One file per document, versioned."""
