"""UN/CEFACT Cross Industry Invoice (D16B), the syntax of EN 16931 beside UBL."""
