import FastCGIWire
import Testing

@testable import FastCGI

struct RecordBufferTests {
  private static let most = RecordHeader.alignedContentLength

  private func lengths(_ bytes: [UInt8]) -> [Int] {
    var lengths: [Int] = []
    var position = 0
    while position + RecordHeader.length <= bytes.count {
      let length = Int(bytes[position + 4]) << 8 | Int(bytes[position + 5])
      lengths.append(length)
      position += RecordHeader.length + length
    }
    return lengths
  }

  private func filled(_ count: Int) -> RecordBuffer {
    var buffer = RecordBuffer(.standardOutput, requestID: 1)
    let content = [UInt8](repeating: 7, count: count)
    var position = 0
    while position < count { position += buffer.append(content, position..<count) }
    return buffer
  }

  @Test(arguments: [
    (0, []), (1, [1]), (most - 1, [most - 1]), (most, [most]), (most + 1, [most, 1]), (2 * most, [most, most]),
  ])
  func headersSayWhatIsThere(count: Int, records: [Int]) {
    var buffer = filled(count)
    #expect(buffer.contentLength == count && buffer.isEmpty == (count == 0))
    #expect(lengths(buffer.take()) == records)
    #expect(buffer.isEmpty && buffer.contentLength == 0 && buffer.room == Self.most)
  }

  @Test(arguments: [(0, most), (1, most - 1), (most - 1, 1), (most, most), (most + 5, most - 5)])
  func roomIsThatOfTheRecordThatTakesTheNextByte(count: Int, room: Int) {
    #expect(filled(count).room == room)
  }

  @Test func announcedContentEndsTheRecord() {
    var buffer = filled(100)
    buffer.announce(50)
    let bytes = buffer.take()
    #expect(bytes.count == RecordHeader.length + 100 && lengths(bytes) == [150])
    buffer.announce(3)
    #expect(lengths(buffer.take()) == [3])
  }

  @Test func endIsAnEmptyRecordAndEndRequest() {
    var buffer = filled(2)
    buffer.end()
    #expect(lengths(buffer.take()) == [2, 0, 8])
  }
}
