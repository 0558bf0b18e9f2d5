import HTTPSemantics
import Testing

@Suite struct JSONWriterTests {
  private func json(_ value: JSONValue) -> String { JSONWriter.write(value).text }

  @Test func valuesAreCompactAndKeepTheirOrder() {
    let value: JSONValue = [
      "z": 1, "a": [true, false, nil], "n": -9_223_372_036_854_775_808, "d": 0.5, "s": "x", "o": [:], "e": [],
    ]
    #expect(
      json(value) == #"{"z":1,"a":[true,false,null],"n":-9223372036854775808,"d":0.5,"s":"x","o":{},"e":[]}"#)
  }

  @Test(arguments: [
    ("\"\\/", #""\"\\/""#), ("\n\r\t\u{8}\0\u{1F}\u{7F}", #""\n\r\t\u0008\u0000\u001f\u007f""#),
    ("</script>", #""\u003c/script>""#), ("\u{2028}\u{2029}\u{2027}", "\"\\u2028\\u2029\u{2027}\""),
    ("кот 🐈", "\"кот 🐈\""),
  ])
  func stringsAreEscaped(text: String, expected: String) {
    #expect(json(.string(text)) == expected)
  }

  @Test func numbersThatJSONHasNotAreNull() {
    #expect(json([.double(.nan), .double(.infinity), .double(-.infinity), 1e300]) == "[null,null,null,1e+300]")
  }

  @Test func membersAreFoundByName() {
    let value: JSONValue = ["a": 1, "b": ["x"], "c": "y"]
    #expect(value["a"]?.intValue == 1)
    #expect(value["b"]?.arrayValue?.first?.stringValue == "x")
    #expect(value["d"] == nil)
    #expect(value["c"]?.intValue == nil)
    #expect(JSONValue.null["a"] == nil)
  }
}
