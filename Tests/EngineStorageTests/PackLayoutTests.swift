import HTTPSemantics
import RandomFixture
import Storage
import Testing

@testable import EngineStorage

/// The directory of a blob that several objects share.
struct PackLayoutTests {
  private func entry(_ key: String, _ start: UInt64, _ length: UInt64) -> Pack.Entry {
    var recorded = metadata(of: bytes(key))
    recorded.size = length
    recorded.userMetadata = [NameValuePair("n", "ü\"\n")]
    return Pack.Entry(bucket: bucket, key: bytes(key), metadata: recorded, start: start, length: length)
  }

  @Test func directoryIsReadAsItWasWritten() {
    let entries = [entry("a", 15, 5), entry("ü/\n\"\u{0}", 20, 0), entry("c", 20, 985)]
    #expect(Pack.entries(Pack.directory(of: entries), contentsEnd: 1_005) == entries)
  }

  @Test func directoryThatNamesBytesOutsideOfTheContentsIsNone() {
    for (start, length) in [(15, 991), (1_005, 1), (1_006, 0), (14, 2), (UInt64(Int64.max), 1)] as [(UInt64, UInt64)] {
      #expect(Pack.entries(Pack.directory(of: [entry("a", start, length)]), contentsEnd: 1_005) == nil)
    }
    #expect(Pack.entries(bytes("{}"), contentsEnd: 1) == nil)
    #expect(Pack.entries(bytes(#"[{"bucket":"b","key":"YQ","start":0}]"#), contentsEnd: 1) == nil)
    #expect(Pack.entries([], contentsEnd: 1) == nil)
  }

  /// Whatever an engine gives.
  @Test func damagedDirectoryNamesNothingOutsideOfTheContents() {
    var random = SeededGenerator(seed: 11)
    let directory = Pack.directory(of: [entry("a", 15, 5), entry("b", 20, 980), entry("c", 1_000, 5)])
    var readable = 0
    for _ in 0..<5_000 {
      var damaged = directory
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let index = Int.random(in: 0..<damaged.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: damaged[index] = UInt8.random(in: 0x20...0x7e, using: &random)
        case 1: damaged[index] = UInt8(ascii: "0") + UInt8.random(in: 0..<10, using: &random)
        default: damaged.removeSubrange(index..<min(damaged.count, index + 3))
        }
        if damaged.isEmpty { break }
      }
      guard let entries = Pack.entries(damaged, contentsEnd: 1_005) else { continue }
      readable += 1
      #expect(entries.allSatisfy { $0.start >= 15 && $0.start + $0.length <= 1_005 && $0.metadata.size == $0.length })
    }
    #expect(readable > 100)
  }
}
