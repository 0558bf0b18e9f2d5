/// An incremental CRC-64/NVME (NVM Express NVM Command Set 1.0, section 5.2.1.3.4): the checksum that S3 computes by
/// default.
public struct CRC64NVME: Sendable, Equatable {
  private static let arithmetic = ReflectedCRC(reversedPolynomial: 0x9A6C_9329_AC4B_C9B5, width: 64)

  /// The checksum of the bytes so far; 0 for none.
  public private(set) var value: UInt64

  /// A checksum of no bytes yet, or the continuation of an earlier one.
  public init(continuing value: UInt64 = 0) {
    self.value = value
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    value = ~Self.arithmetic.update(~value, bytes)
  }

  /// The checksum of one whole message.
  public static func checksum(of message: [UInt8]) -> UInt64 {
    var checksum = CRC64NVME()
    checksum.update(message.span)
    return checksum.value
  }

  /// The checksum of two messages one after the other, from theirs and the length of the second in bytes.
  public static func combine(_ first: UInt64, _ second: UInt64, secondLength: Int64) -> UInt64 {
    arithmetic.combine(first, second, secondLength: secondLength)
  }
}
