internal import CZlib

/// An incremental CRC-32 (ISO 3309, ITU-T V.42; the one of zip, PNG and gzip), by zlib, and
/// where the processor can by folding, which is several times as fast.
public struct CRC32: Sendable, Equatable {
  private static let arithmetic = ReflectedCRC(reversedPolynomial: 0xEDB8_8320, width: 32)

  /// The checksum of the bytes so far; 0 for none.
  public private(set) var value: UInt32

  /// A checksum of no bytes yet, or the continuation of an earlier one.
  public init(continuing value: UInt32 = 0) {
    self.value = value
  }

  /// Appends `bytes` to the message.
  public mutating func update(_ bytes: Span<UInt8>) {
    if bytes.count >= MessageFolding.leastLength, Self.arithmetic.folds {
      value = ~UInt32(truncatingIfNeeded: Self.arithmetic.update(UInt64(~value), bytes))
      return
    }
    value = unsafe bytes.withUnsafeBufferPointer { buffer in
      // crc32_z answers the initial value, not the running one, for an absent buffer.
      guard let address = buffer.baseAddress else { return value }
      return unsafe UInt32(truncatingIfNeeded: crc32_z(uLong(value), address, buffer.count))
    }
  }

  /// The checksum of one whole message.
  public static func checksum(of message: [UInt8]) -> UInt32 {
    var checksum = CRC32()
    checksum.update(message.span)
    return checksum.value
  }

  /// The checksum of two messages one after the other, from theirs and the length of the second in bytes.
  public static func combine(_ first: UInt32, _ second: UInt32, secondLength: Int64) -> UInt32 {
    precondition(secondLength >= 0, "a length is not negative")
    return UInt32(truncatingIfNeeded: crc32_combine(uLong(first), uLong(second), Int(secondLength)))
  }

  /// Appends so many zero bytes to the message, without going through them.
  public mutating func update(zeros count: UInt64) {
    // The checksum of 2ⁿ zeros is that of two halves, and the count is a sum of such.
    var block = Self.checksum(of: [0])
    var length: UInt64 = 1
    var rest = count
    while rest > 0 {
      if rest & 1 == 1 { value = Self.combine(value, block, secondLength: Int64(clamping: length)) }
      rest >>= 1
      guard rest > 0 else { break }
      block = Self.combine(block, block, secondLength: Int64(clamping: length))
      length <<= 1
    }
  }
}
