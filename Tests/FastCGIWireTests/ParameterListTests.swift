import FastCGIFixture
import FastCGIWire
import Testing

struct ParameterListTests {
  @Test(arguments: [0, 1, 126, 127, 128, 129, 255, 256, 16_384, 65_535, 70_000])
  func namesAndValuesOfAnyLength(length: Int) throws {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: length)
    var bytes: [UInt8] = []
    bytes.appendPair(name: Array("BEFORE".utf8), value: [1])
    bytes.appendPair(name: long, value: Array("by name".utf8))
    bytes.appendPair(name: Array("VALUE".utf8), value: long)
    bytes.appendPair(name: Array("AFTER".utf8), value: [2])
    let list = try #require(ParameterList(bytes))
    #expect(list.count == 4)
    #expect(list[String(decoding: long, as: UTF8.self)] == "by name")
    #expect(list.value(of: "VALUE").map(Array.init) == long)
    #expect(list.value(of: "BEFORE") == [1] && list.value(of: "AFTER") == [2])
    #expect(list.all.map { $0.name.count } == [6, length, 5, 5])
  }

  @Test func shortLengthsMayTakeFourBytes() throws {
    let list = try #require(ParameterList([0x80, 0, 0, 1, 0x80, 0, 0, 2, 0x41, 0x42, 0x43]))
    #expect(list["A"] == "BC")
  }

  @Test(
    arguments: [
      [5], [1, 1], [1, 1, 0x41], [0x80], [0x80, 0, 0], [0, 0x80, 0, 0], [0x80, 0, 0, 1, 0],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x41], [0xFF, 0xFF, 0xFF, 0xFF, 1, 0x41],
      [1, 0xFF, 0xFF, 0xFF, 0xFF, 0x41], [0, 0, 1],
    ] as [[UInt8]])
  func lengthsBeyondTheEndAreRefused(bytes: [UInt8]) {
    #expect(ParameterList(bytes) == nil)
  }

  @Test func everyTruncationOfAListIsRefusedOrEndsBetweenPairs() {
    let bytes = WireBytes.pairs(["A": "1", "BB": "", "": "22", "LONG": String(repeating: "v", count: 200)])
    var ends: Set<Int> = []
    for length in 0...bytes.count where ParameterList(Array(bytes[..<length])) != nil { ends.insert(length) }
    #expect(ends == [0, 4, 8, 12, bytes.count])
  }

  @Test func firstOfTwoCounts() throws {
    let list = try #require(ParameterList(WireBytes.pairs(["A": "1", "B": "x", "A": "2"])))
    #expect(list["A"] == "1" && list.count == 3)
  }

  @Test func namesAreComparedWhole() throws {
    let list = try #require(ParameterList(WireBytes.pairs(["HTTP_HOST": "h", "HTTP_HOSS": "s", "": "empty"])))
    #expect(list["HTTP_HOSS"] == "s" && list["HTTP_HOS"] == nil && list["http_host"] == nil && list["XTTP_HOST"] == nil)
    #expect(list[""] == "empty")
    #expect(ParameterList()[""] == nil)
  }

  @Test func emptyValueIsThere() throws {
    let list = try #require(ParameterList(WireBytes.pairs(["CONTENT_LENGTH": ""])))
    #expect(list["CONTENT_LENGTH"] == "")
  }

  @Test func bytesThatAreNotTextAreReplacedInTextOnly() throws {
    var bytes: [UInt8] = []
    bytes.appendPair(name: [0x41], value: [0xFF, 0x42])
    let list = try #require(ParameterList(bytes))
    #expect(list["A"] == "\u{FFFD}B")
    #expect(list.value(of: "A") == [0xFF, 0x42])
  }
}
