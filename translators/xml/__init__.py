"""The XML family: UBL, cXML and UN/CEFACT CII, read by a hardened parser, judged by tables and mapped by one declaration each."""
