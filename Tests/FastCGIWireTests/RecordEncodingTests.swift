import FastCGIWire
import Testing

struct RecordEncodingTests {
  @Test func headerStandsInNetworkOrder() {
    var bytes: [UInt8] = []
    bytes.appendRecordHeader(
      RecordHeader(type: .standardOutput, requestID: 0x0102, contentLength: 0xFFF8, paddingLength: 255))
    #expect(bytes == [1, 6, 0x01, 0x02, 0xFF, 0xF8, 0xFF, 0])
  }

  @Test(arguments: [(0, 0), (1, 7), (7, 1), (8, 0), (9, 7), (65_535, 1)])
  func recordIsPaddedToAMultipleOfEight(length: Int, padding: Int) {
    var bytes: [UInt8] = []
    bytes.appendRecord(.getValuesResult, requestID: 0, content: [UInt8](repeating: 0x61, count: length))
    #expect(bytes.count == 8 + length + padding)
    #expect(Array(bytes[..<8]) == [1, 10, 0, 0, UInt8(length >> 8), UInt8(length & 0xFF), UInt8(padding), 0])
    #expect(bytes[8..<8 + length].allSatisfy { $0 == 0x61 } && bytes[(8 + length)...].allSatisfy { $0 == 0 })
  }

  @Test(arguments: [
    (ProtocolStatus.requestComplete, UInt8(0)), (.cannotMultiplex, 1), (.overloaded, 2), (.unknownRole, 3),
  ])
  func endOfRequestCarriesBothStatuses(status: ProtocolStatus, code: UInt8) {
    var bytes: [UInt8] = []
    bytes.appendEndRequest(0xA1B2, status, applicationStatus: 0x0102_0304)
    #expect(bytes == [1, 3, 0xA1, 0xB2, 0, 8, 0, 0, 1, 2, 3, 4, code, 0, 0, 0])
  }

  @Test func lengthsOfPairsTakeOneByteUpTo127AndFourBeyond() {
    for (length, expected) in [
      (0, [0]), (1, [1]), (127, [127]), (128, [0x80, 0, 0, 128]), (255, [0x80, 0, 0, 255]),
      (65_536, [0x80, 1, 0, 0]),
    ] as [(Int, [UInt8])] {
      var bytes: [UInt8] = []
      bytes.appendPair(name: [], value: [UInt8](repeating: 7, count: length))
      #expect(bytes == [0] + expected + [UInt8](repeating: 7, count: length))
    }
  }
}
