import HTTPSemantics
import RandomFixture
import Testing

@Suite struct HeaderFieldsTests {
  @Test func lookupIgnoresCaseAndKeepsOrder() {
    let fields: HeaderFields = ["Vary": "a", "ETag": "\"1\"", "vary": "b"]
    #expect(fields["VARY"] == "a")
    #expect(fields.values(of: "Vary") == ["a", "b"])
    #expect(fields.list(of: "vary") == "a, b")
    #expect(fields.list(of: "range") == nil)
    #expect(fields.contains("etag"))
    #expect(!fields.contains("eta"))
  }

  @Test func settingReplacesAllOfThatNameInPlace() {
    var fields: HeaderFields = ["A": "1", "B": "2", "a": "3", "C": "4"]
    fields["a"] = "5"
    #expect(fields.serialized.text == "a: 5\r\nB: 2\r\nC: 4\r\n")
    fields["b"] = nil
    fields["D"] = "6"
    #expect(fields.serialized.text == "a: 5\r\nC: 4\r\nD: 6\r\n")
  }

  @Test(arguments: [
    ("a\r\nSet-Cookie: x", "a  Set-Cookie: x"),
    ("a\0b\u{7F}c\u{1}", "a b c"),
    ("\t a\tb \t", "a\tb"),
    ("\r\n", ""),
    ("", ""),
    ("ключ", "ключ"),
  ])
  func valueCannotLeaveItsLine(value: String, safe: String) {
    let fields: HeaderFields = ["X": value]
    #expect(fields.serialized.text == "X: \(safe)\r\n")
  }

  @Test(arguments: ["", "a b", "a:b", "a\r", "é", "a\0", "(x)"])
  func nameThatIsNoTokenIsRefused(name: String) {
    var fields = HeaderFields()
    let isTaken = [fields.append(name, "x"), fields.set(name, "x")]
    #expect(isTaken == [false, false])
    #expect(fields.fields.isEmpty)
  }

  @Test func anyTextSerialisesToOneLine() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let fields: HeaderFields = ["X": generator.text(upTo: 20)]
      let bytes = fields.serialized
      #expect(bytes.filter { $0 == 13 || $0 == 10 || $0 == 0 } == [13, 10])
      #expect(bytes.suffix(2) == [13, 10])
    }
  }

  /// nginx hands these on both ways; a signature over the field would not hold if it were there twice.
  @Test func contentFieldsAreNotDoubled() {
    let parameters = [
      ("CONTENT_TYPE", "text/plain"), ("CONTENT_LENGTH", "5"), ("HTTP_CONTENT_TYPE", "text/plain"),
      ("HTTP_CONTENT_LENGTH", "5"), ("HTTP_X_A", "1"), ("HTTP_X_A", "2"),
    ]
    let fields = HeaderFields(cgiParameters: parameters.map { (ArraySlice($0.utf8), ArraySlice($1.utf8)) })
    #expect(fields.values(of: "content-type") == ["text/plain"])
    #expect(fields.values(of: "content-length") == ["5"])
    #expect(fields.values(of: "x-a") == ["1", "2"])
  }

  @Test func cgiParametersBecomeFields() {
    let parameters = [
      ("HTTP_IF_NONE_MATCH", "*"), ("CONTENT_TYPE", "image/png"), ("CONTENT_LENGTH", ""), ("REQUEST_METHOD", "GET"),
      ("HTTP_", "x"), ("HTTP_X_AMZ_DATE", "1"), ("HTTP_ACCEPT", ""), ("HTTPS", "on"), ("CONTENT", "x"),
    ]
    let fields = HeaderFields(cgiParameters: parameters.map { (ArraySlice($0.utf8), ArraySlice($1.utf8)) })
    #expect(
      fields.serialized.text == "if-none-match: *\r\ncontent-type: image/png\r\nx-amz-date: 1\r\naccept: \r\n")
  }

  @Test func cgiParameterThatIsNotUTF8IsLatin1() {
    let fields = HeaderFields(cgiParameters: [(Array("HTTP_A".utf8)[...], [0x61, 0xFF, 0x0D]), ([0x48, 0xFF], [])])
    #expect(fields.serialized.text == "a: a\u{FF}\r\n")
  }
}
