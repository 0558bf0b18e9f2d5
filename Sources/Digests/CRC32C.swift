/// An incremental CRC-32C (Castagnoli; RFC 3720, appendix B.4): a checksum that S3 clients send.
public struct CRC32C: Sendable, Equatable {
  private static let arithmetic = ReflectedCRC(reversedPolynomial: 0x82F6_3B78, width: 32)

  /// The checksum of the bytes so far; 0 for none.
  public private(set) var value: UInt32

  /// A checksum of no bytes yet, or the continuation of an earlier one.
  public init(continuing value: UInt32 = 0) {
    self.value = value
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    value = ~UInt32(truncatingIfNeeded: Self.arithmetic.update(UInt64(~value), bytes))
  }

  /// The checksum of one whole message.
  public static func checksum(of message: [UInt8]) -> UInt32 {
    var checksum = CRC32C()
    checksum.update(message.span)
    return checksum.value
  }

  /// The checksum of two messages one after the other, from theirs and the length of the second in bytes.
  public static func combine(_ first: UInt32, _ second: UInt32, secondLength: Int64) -> UInt32 {
    UInt32(
      truncatingIfNeeded: arithmetic.combine(UInt64(first), UInt64(second), secondLength: secondLength))
  }
}
