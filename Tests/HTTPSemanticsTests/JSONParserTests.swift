import HTTPSemantics
import RandomFixture
import Testing

@Suite struct JSONParserTests {
  @Test(
    arguments: [
      ("null", .null), (" true ", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12), ("1.5", 1.5),
      ("1e2", 100.0),
      ("1E-2", 0.01), ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9_223_372_036_854_775_808)),
      ("\"\"", ""), ("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a\"\\/\u{8}\u{C}\n\r\t"), ("\"\\u0416\\u0436\"", "Жж"),
      ("\"\\ud83d\\uDE00\"", "\u{1F600}"), ("\"кот 🐈\"", "кот 🐈"), ("[]", []), ("[ ]", []),
      ("[1, 2 ,[3]]", [1, 2, [3]]),
      ("{}", [:]), ("{ \"b\" : 1 , \"a\" : { } }", ["b": 1, "a": [:]]), ("\"\\u0000\"", "\0"), ("\t\r\n1", 1),
      ("{\"\\u00e9\":1,\"e\\u0301\":2}", ["\u{E9}": 1, "e\u{301}": 2]),
    ] as [(String, JSONValue)])
  func textsAreRead(text: String, value: JSONValue) throws {
    #expect(try JSONParser.parse(Array(text)) == value)
  }

  @Test(
    arguments: [
      ("", .unexpectedEnd, 0), ("  ", .unexpectedEnd, 2), ("nul", .unexpectedEnd, 3), ("nulL", .unexpectedByte, 3),
      ("[1", .unexpectedEnd, 2), ("[1,]", .unexpectedByte, 3), ("[,1]", .unexpectedByte, 1),
      ("[1 2]", .unexpectedByte, 3),
      ("{\"a\"}", .unexpectedByte, 4), ("{\"a\":}", .unexpectedByte, 5), ("{\"a\":1,}", .unexpectedByte, 7),
      ("{a:1}", .unexpectedByte, 1), ("{\"a\":1,\"a\":2}", .duplicateName, 7), ("1 2", .unexpectedByte, 2),
      ("01", .unexpectedByte, 1), ("+1", .unexpectedByte, 0), (".5", .unexpectedByte, 0), ("1.", .unexpectedEnd, 2),
      ("-", .unexpectedEnd, 1), ("1e", .unexpectedEnd, 2), ("1e+", .unexpectedEnd, 3), ("0x1", .unexpectedByte, 1),
      ("NaN", .unexpectedByte, 0), ("1e999", .numberOutOfRange, 0), ("-1e999", .numberOutOfRange, 0),
      ("\"a", .unexpectedEnd, 2), ("\"\n\"", .malformedString, 1), ("\"\\x\"", .malformedString, 1),
      ("\"\\u12G4\"", .unexpectedByte, 5), ("\"\\ud83d\"", .malformedString, 1),
      ("\"\\ud83d\\u0041\"", .malformedString, 1), ("\"\\ude00\"", .malformedString, 1), ("\"\\", .unexpectedEnd, 2),
      ("'a'", .unexpectedByte, 0), ("\u{FEFF}1", .unexpectedByte, 0), ("[1]]", .unexpectedByte, 3),
      ("\u{A0}1", .unexpectedByte, 0), ("]", .unexpectedByte, 0),
    ] as [(String, JSONError.Reason, Int)])
  func faultsAreNamedWithTheirPlace(text: String, reason: JSONError.Reason, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse(Array(text)) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
  }

  @Test(arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82]] as [[UInt8]])
  func stringsMustBeUTF8(bytes: [UInt8]) {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse([0x5B, 0x22] + bytes + [0x22, 0x5D]) }
    #expect(error?.reason == .invalidUTF8)
    #expect(error?.offset == 1)
  }

  @Test func depthHasALimit() throws {
    func nested(_ levels: Int) -> [UInt8] {
      Array(String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
    }
    #expect(throws: Never.self) { try JSONParser.parse(nested(64)) }
    let error = #expect(throws: JSONError.self) { try JSONParser.parse(nested(65)) }
    #expect(error?.reason == .tooDeep)
    #expect(error?.offset == 64)
    #expect(throws: Never.self) { try JSONParser.parse(nested(512), maximumDepth: .max) }
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(513), maximumDepth: .max) }
    #expect(throws: JSONError.self) { try JSONParser.parse(nested(1), maximumDepth: -1) }
    #expect(try JSONParser.parse([0x31], maximumDepth: 0) == 1)
  }

  @Test func longNumberIsRefusedBeforeItIsConverted() {
    let error = #expect(throws: JSONError.self) { try JSONParser.parse([UInt8](repeating: 0x31, count: 2000)) }
    #expect(error?.reason == .numberOutOfRange)
  }

  @Test func whatIsWrittenReadsBack() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<300 {
      let value = randomValue(depth: 4, &generator)
      let bytes = JSONWriter.write(value)
      #expect(try JSONParser.parse(bytes) == value)
      #expect(!bytes.contains(UInt8(ascii: "<")) && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
  }

  @Test func anyBytesGiveAValueOrAnError() {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<3000 {
      let bytes = generator.bytes(upTo: 20, favouring: Array("{}[]\",:\\u0123eE+-. tfn"))
      if let value = try? JSONParser.parse(bytes) {
        #expect((try? JSONParser.parse(JSONWriter.write(value))) == value)
      }
    }
  }

  private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &generator))
    case 2: return .int(Int64.random(in: .min ... .max, using: &generator))
    case 3: return .double(Double.random(in: -1e9...1e9, using: &generator) + 0.5)
    case 4: return .string(generator.text(upTo: 12))
    case 5:
      return .array(
        (0..<Int.random(in: 0...4, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) })
    default:
      return .object(
        (0..<Int.random(in: 0...4, using: &generator)).map { index in
          .init(name: "\(index)" + generator.text(upTo: 4), value: randomValue(depth: depth - 1, &generator))
        })
    }
  }
}
