internal import HTTPSemantics

/// The name of a bucket, by S3's rules for general purpose buckets: 3 to 63 lower-case letters, digits, dots and
/// hyphens, with a letter or digit at both ends and around each dot, that is no IPv4 address and has none of the
/// prefixes and suffixes that S3 keeps for itself. So it is a file name and a host name too.
public struct BucketName: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let text: String

  /// Checks a name.
  ///
  /// - Throws: `InvalidBucketName`.
  public init(_ text: String) throws(S3Error) {
    guard Self.isValid(text) else { throw .invalidBucketName(text) }
    self.text = text
  }

  /// The name.
  public var description: String { text }

  private static let reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"]
  private static let reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]

  private static func isValid(_ text: String) -> Bool {
    let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (3...63).contains(text.utf8.count)
      && labels.allSatisfy { isLabel(Array($0)) }
      && !isAddress(labels.map { String(decoding: $0, as: UTF8.self) })
      && !reservedPrefixes.contains { text.hasPrefix($0) }
      && !reservedSuffixes.contains { text.hasSuffix($0) }
  }

  private static func isLabel(_ label: [UInt8]) -> Bool {
    guard let first = label.first, let last = label.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    ASCII.isLowercaseLetter(byte) || ASCII.isDigit(byte)
  }

  /// Four numbers are refused even where one is larger than an address may have, as S3 does.
  private static func isAddress(_ labels: [String]) -> Bool {
    labels.count == 4 && labels.allSatisfy { $0.utf8.count <= 3 && $0.decimalNumber != nil }
  }
}
