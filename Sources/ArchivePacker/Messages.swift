internal import HTTPSemantics

/// A name in quotation marks, on one line, harmless to a terminal.
func quoted(_ name: [UInt8]) -> String {
  "\"\(LineEscaping.escape(name))\""
}

/// A name in quotation marks, on one line, harmless to a terminal.
func quoted(_ name: String) -> String {
  "\"\(LineEscaping.escape(name))\""
}
