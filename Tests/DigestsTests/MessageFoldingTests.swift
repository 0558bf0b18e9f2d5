import Digests
import Testing

/// Long messages are folded where the processor can; a message that comes byte by byte is not.
@Suite struct MessageFoldingTests {
  /// Bytes without a pattern, from a linear congruential generator.
  private static func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 0x1234_5678_9ABC_DEF0
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  @Test(arguments: [0, 1, 0x89AB_CDEF_0123_4567, UInt64.max])
  func everyLengthHasTheChecksumThatItsBytesGiveOneByOne(start: UInt64) {
    let message = Self.noise(700)
    let (short, long) = (UInt32(truncatingIfNeeded: start), start)
    var crc32 = CRC32(continuing: short)
    var crc32c = CRC32C(continuing: short)
    var crc64nvme = CRC64NVME(continuing: long)
    for length in 1...message.count {
      let last = message.span.extracting(length - 1..<length)
      crc32.update(last)
      crc32c.update(last)
      crc64nvme.update(last)
      let whole = message.span.extracting(0..<length)
      var folded32 = CRC32(continuing: short)
      folded32.update(whole)
      var folded32c = CRC32C(continuing: short)
      folded32c.update(whole)
      var folded64 = CRC64NVME(continuing: long)
      folded64.update(whole)
      #expect(folded32 == crc32, "\(length) bytes")
      #expect(folded32c == crc32c, "\(length) bytes")
      #expect(folded64 == crc64nvme, "\(length) bytes")
    }
  }

  @Test func messagesThatBeginAnywhereInMemoryAreFolded() {
    let message = Self.noise(400)
    for start in 0..<32 {
      let part = message.span.extracting(start..<start + 333)
      var (whole, pieces) = (CRC64NVME(), CRC64NVME())
      whole.update(part)
      for index in part.indices { pieces.update(part.extracting(index..<index + 1)) }
      #expect(whole == pieces)
    }
  }

  /// A megabyte of zeros, as `gzip` has it.
  @Test func longMessageHasTheKnownChecksum() {
    #expect(CRC32.checksum(of: Array(repeating: 0, count: 1 << 20)) == 0xA738_EA1C)
  }
}
