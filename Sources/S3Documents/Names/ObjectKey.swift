/// The key of an object: 1 to 1,024 bytes of UTF-8, any character among them but NUL, at which system calls end the name
/// of a file. Keys are distinguished, and sorted, by their bytes.
public struct ObjectKey: Hashable, Sendable {
  /// The most bytes that a key may have.
  public static let maximumLength = 1024

  /// The key's UTF-8.
  public let bytes: [UInt8]

  /// Checks a key's bytes, as they were decoded from a path.
  ///
  /// - Throws: `InvalidURI` for what is not UTF-8 or has a NUL, `KeyTooLongError`, `InvalidArgument` for no byte at all.
  public init(_ bytes: [UInt8]) throws(S3Error) {
    guard bytes.count <= Self.maximumLength else {
      throw .keyTooLongError(size: bytes.count, maximum: Self.maximumLength)
    }
    guard !bytes.isEmpty else { throw .invalidArgument("The key must not be empty.", name: "key") }
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else { throw .invalidURI() }
    self.bytes = bytes
  }

  /// Checks a key.
  ///
  /// - Throws: `KeyTooLongError`, or `InvalidArgument` for the empty text.
  public init(_ text: String) throws(S3Error) {
    try self.init(Array(text.utf8))
  }

  /// The key as text.
  public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ObjectKey: Comparable {
  /// The order of listings.
  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }
}
