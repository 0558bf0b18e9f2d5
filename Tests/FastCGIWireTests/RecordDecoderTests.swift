import FastCGIFixture
import FastCGIWire
import Testing

struct RecordDecoderTests {
  /// Events with content joined: what does not depend on the cuts.
  private enum Seen: Equatable {
    case began(RecordHeader)
    case content([UInt8])
    case ended
  }

  private func decode(_ pieces: [ArraySlice<UInt8>]) -> [Seen] {
    var decoder = RecordDecoder()
    var seen: [Seen] = []
    for piece in pieces {
      let bytes = Array(piece)
      var position = 0
      while let event = decoder.next(in: bytes.span, at: &position) {
        switch event {
        case .began(let header): seen.append(.began(header))
        case .ended: seen.append(.ended)
        case .content(let range):
          #expect(!range.isEmpty)
          if case .content(let before)? = seen.last {
            seen[seen.count - 1] = .content(before + bytes[range])
          } else {
            seen.append(.content(Array(bytes[range])))
          }
        }
      }
      #expect(position == bytes.count, "the whole input is taken")
    }
    return seen
  }

  @Test func fullestRecordWithFullestPadding() {
    let content = (0..<65_535).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes = WireBytes.record(.standardInput, content, id: 65_535, padding: 255)
    let header = RecordHeader(type: .standardInput, requestID: 65_535, contentLength: 65_535, paddingLength: 255)
    for size in [1, 7, 4_096, 65_535, 65_543, bytes.count] {
      let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
      #expect(decode(pieces) == [.began(header), .content(content), .ended])
    }
  }

  @Test func recordsAreTheSameWhereverTheStreamIsCut() {
    let bytes =
      WireBytes.record(.parameters, [1, 2, 3], padding: 5) + WireBytes.record(.parameters)
      + WireBytes.record(.standardInput, [4], padding: 255)
      + WireBytes.record(RecordType(rawValue: 200), [5, 6], id: 0)
    let whole = decode([bytes[...]])
    #expect(whole.count(where: { $0 == .ended }) == 4)
    for first in 0...bytes.count {
      #expect(decode([bytes[..<first], bytes[first...]]) == whole)
      for second in first...bytes.count where second % 7 == 0 {
        #expect(decode([bytes[..<first], bytes[first..<second], bytes[second...]]) == whole)
      }
    }
    #expect(decode(bytes.indices.map { bytes[$0...$0] }) == whole)
  }

  @Test func emptyRecordHasNoContent() {
    let header = RecordHeader(type: .standardInput, requestID: 1, contentLength: 0, paddingLength: 3)
    #expect(decode([WireBytes.record(.standardInput, padding: 3)[...]]) == [.began(header), .ended])
  }

  @Test func otherVersionsAreReportedAsTheyAre() {
    var bytes = WireBytes.record(.standardInput)
    bytes[0] = 7
    guard case .began(let header)? = decode([bytes[...]]).first else { return #expect(Bool(false)) }
    #expect(header.version == 7)
  }
}
