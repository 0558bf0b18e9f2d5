internal import HTTPSemantics

/// A setting that stops the start: one line that says which, and what is wrong.
public struct SettingError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  init(_ description: String) {
    let bytes = Array(description.utf8)
    let isOneLine = !bytes.contains { $0 < 0x20 || $0 == 0x7F }
    self.description = isOneLine ? description : LineEscaping.escape(bytes)
  }
}
