/// A file name that a client supplied, made harmless: one path component of at most 255 bytes.
public struct FileName: Sendable, Equatable {
  /// The last path component, cut to 255 bytes of UTF-8 between two code points.
  public let text: String
  /// What follows the last dot of the whole last component, A–Z in lower case; empty without a dot. Cutting the
  /// name does not change it.
  public let pathExtension: String

  /// Takes the last component of `original`, for slashes of either kind, without white space around it.
  public init(clientSupplied original: String) {
    let component = Self.lastComponent(of: original)
    text = component.prefix(utf8Bytes: 255)
    let bytes = component.utf8
    let dot = bytes.lastIndex(of: UInt8(ascii: "."))
    pathExtension = dot.map { String(component[component.index(after: $0)...]).asciiLowercased } ?? ""
  }

  /// What follows the last slash or backslash of `path`, without spaces and tabs around it.
  public static func lastComponent(of path: String) -> String {
    let bytes = path.utf8
    let separator = bytes.lastIndex { $0 == ASCII.slash || $0 == ASCII.backslash }
    let start = separator.map(bytes.index(after:)) ?? bytes.startIndex
    let component = bytes[start...].trimmingWhitespace()
    return String(path[component.startIndex..<component.endIndex])
  }
}
