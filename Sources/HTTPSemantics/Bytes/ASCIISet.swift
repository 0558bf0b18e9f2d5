/// A set of ASCII bytes in two machine words. Bytes of 0x80 and above are never members.
public struct ASCIISet: Sendable, Equatable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  /// The set of the ASCII characters in `characters`; others are ignored.
  public init(_ characters: String) {
    for byte in characters.utf8 { insert(byte) }
  }

  /// Whether `byte` is a member.
  public func contains(_ byte: UInt8) -> Bool {
    if byte < 64 { return low >> UInt64(byte) & 1 == 1 }
    if byte < 128 { return high >> UInt64(byte - 64) & 1 == 1 }
    return false
  }

  /// The members of either set.
  public func union(_ other: ASCIISet) -> ASCIISet {
    var result = self
    result.low |= other.low
    result.high |= other.high
    return result
  }

  private mutating func insert(_ byte: UInt8) {
    if byte < 64 {
      low |= 1 << UInt64(byte)
    } else if byte < 128 {
      high |= 1 << UInt64(byte - 64)
    }
  }

  /// ALPHA and DIGIT of RFC 5234.
  public static let alphanumeric = ASCIISet("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

  /// tchar of RFC 9110 §5.6.2: what field names, methods and tokens are made of.
  public static let token = alphanumeric.union(ASCIISet("!#$%&'*+-.^_`|~"))
}
