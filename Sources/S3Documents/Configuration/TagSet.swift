internal import HTTPSemantics

/// A tag of an object or a bucket.
public struct Tag: Sendable, Equatable {
  /// 1 to 128 characters.
  public let key: String
  /// 0 to 256 characters.
  public let value: String

  /// A tag, unchecked.
  public init(key: String, value: String) {
    self.key = key
    self.value = value
  }
}

/// The tags of an object or a bucket, in the order of their keys' bytes. No key stands twice.
public struct TagSet: Sendable, Equatable {
  /// The most tags that an object may have.
  public static let objectLimit = 10
  /// The most tags that a bucket may have.
  public static let bucketLimit = 50

  /// The tags.
  public let tags: [Tag]

  /// No tags.
  public init() {
    tags = []
  }

  /// Checks tags.
  ///
  /// - Parameter limit: the most that there may be.
  /// - Throws: `InvalidTag`.
  public init(_ tags: [Tag], limit: Int) throws(S3Error) {
    guard tags.count <= limit else { throw .invalidTag("Object tags cannot be greater than \(limit)") }
    for tag in tags { try tag.check() }
    let sorted = tags.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    for (tag, next) in zip(sorted, sorted.dropFirst()) where tag.key.hasSameBytes(as: next.key) {
      throw .invalidTag("Cannot provide multiple Tags with the same key", key: tag.key)
    }
    self.tags = sorted
  }

  /// The value of the tag with that key; nil if there is none.
  public subscript(_ key: String) -> String? {
    tags.first { $0.key.hasSameBytes(as: key) }?.value
  }
}

extension Tag {
  /// Throws `InvalidTag` for a key or value that is too long, has characters that tags have not, or is reserved.
  fileprivate func check() throws(S3Error) {
    guard (1...128).contains(key.unicodeScalars.count), key.unicodeScalars.allSatisfy(Self.isAllowed) else {
      throw .invalidTag("The TagKey you have provided is invalid", key: key)
    }
    guard value.unicodeScalars.count <= 256, value.unicodeScalars.allSatisfy(Self.isAllowed) else {
      throw .invalidTag("The TagValue you have provided is invalid", key: key, value: value)
    }
    guard !key.asciiLowercased.hasPrefix("aws:") else {
      throw .invalidTag("System tags cannot be added/updated by requester", key: key)
    }
  }

  /// Letters, numbers and separators of any script, and `+ - = . _ : / @`.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "+", "-", "=", ".", "_", ":", "/", "@", " ": return true
    case "\0"..."\u{7F}": return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .spaceSeparator, .lineSeparator, .paragraphSeparator:
      return true
    default: return false
    }
  }
}
