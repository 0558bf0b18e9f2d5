import ImageStructure
import Posix
import Storage
import Testing

@testable import Pictures

struct ULIDTests {
  @Test func textIsTheSpecificationsInLowerCase() {
    let ulid = ULID(milliseconds: 1_469_918_176_385, randomness: Array(repeating: 0, count: 10))
    #expect(ulid.text == "01aryz6s410000000000000000")
    #expect(
      ULID(milliseconds: 1_469_918_176_385, randomness: [UInt8](repeating: 255, count: 10)).text.hasSuffix("zzzz"))
  }

  @Test(arguments: [
    (UInt64(0), "0000000000"), (281_474_976_710_655, "7zzzzzzzzz"), (281_474_976_710_656, "0000000000"),
  ])
  func timeTakesTenCharacters(milliseconds: UInt64, text: String) {
    #expect(ULID(milliseconds: milliseconds, randomness: Array(repeating: 0, count: 10)).text.prefix(10) == text)
  }

  @Test func eachRandomBitChangesTheText() {
    var seen: Set<String> = []
    for bit in 0..<80 {
      var bytes = [UInt8](repeating: 0, count: 10)
      bytes[bit / 8] = 1 << (bit % 8)
      seen.insert(ULID(milliseconds: 0, randomness: bytes).text)
    }
    #expect(seen.count == 80)
  }

  @Test func laterIsGreater() {
    let texts = [1, 2, 31, 32, 1_023, 1_024, 1_737_727_200_000].map {
      ULID(milliseconds: $0, randomness: Array(repeating: 7, count: 10)).text
    }
    #expect(texts == texts.sorted())
  }

  @Test func newNamesDifferAndTellTheKind() throws {
    let now = Timestamp(seconds: 1_737_727_200, nanoseconds: 5_000_000)
    let names = try (0..<100).map { _ in try #require(NewName.make(at: now, .png)).text }
    #expect(Set(names).count == 100)
    #expect(Set(names.map { $0.prefix(10) }).count == 1)
    #expect(names.allSatisfy { $0.count == 30 && $0.hasSuffix(".png") })
  }
}
