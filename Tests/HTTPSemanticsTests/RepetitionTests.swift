import Testing

@testable import HTTPSemantics

@Suite struct RepetitionTests {
  private func parameters(_ list: KeyValuePairs<String, String>) -> [HeaderFields.CGIParameter] {
    list.map { (Array($0.key.utf8)[...], Array($0.value.utf8)[...]) }
  }

  @Test func fieldOfOneValueStandsOnce() {
    let first = SingularFields.firstRepeated
    #expect(first(parameters(["HTTP_REFERER": "a", "HTTP_HOST": "b", "HTTP_REFERER": "a"])) == "referer")
    #expect(first(parameters(["HTTP_IF_RANGE": "a", "HTTP_IF_RANGE": "b"])) == "if-range")
    #expect(first(parameters(["HTTP_ACCEPT": "a", "HTTP_ACCEPT": "b", "HTTP_X_ODD": "1", "HTTP_X_ODD": "2"])) == nil)
    #expect(first(parameters(["CONTENT_TYPE": "a", "HTTP_CONTENT_TYPE": "a"])) == nil)
  }

  /// nginx hands content fields on with and without the prefix: that is once. With the prefix twice, they came twice.
  @Test func contentFieldThatCameTwiceStaysTwice() {
    let fields = HeaderFields(
      cgiParameters: parameters(["CONTENT_TYPE": "a/b", "HTTP_CONTENT_TYPE": "a/b", "HTTP_CONTENT_TYPE": "c/d"]))
    #expect(fields.values(of: "content-type") == ["a/b", "c/d"])
    #expect(fields.firstRepeated(where: SingularFields.names.contains) == "content-type")
  }

  @Test(arguments: [
    ("a=1&b=2", nil), ("a=1&a=1", "a"), ("a&b&a", "a"), ("%61=1&a=2", "a"), ("member=1&member=2", nil),
    ("member=1&member=2&b&b", "b"), ("A=1&a=2", nil), ("", nil),
  ])
  func nameStandsOnce(_ query: String, _ name: String?) throws {
    let parameters = try QueryParameters(parsing: Array(query.utf8))
    #expect(parameters.firstRepeated(except: ["member"]) == name)
  }

  @Test func caseMayCount() throws {
    let parameters = try QueryParameters(parsing: Array("x-amz-acl=private&X-Amz-Acl=public-read".utf8))
    #expect(parameters.firstRepeated() == nil)
    #expect(parameters.firstRepeated(ignoresCase: true) == "X-Amz-Acl")
  }

  @Test(arguments: [
    "Content-Type: a/b\r\nContent-Type: c/d", "Content-Transfer-Encoding: 7bit\r\ncontent-transfer-encoding: 8bit",
  ])
  func fieldOfAPartStandsOnce(_ lines: String) throws {
    let form = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\(lines)\r\n\r\nx\r\n--b--\r\n"
    var parser = try MultipartParser(boundary: "b")
    var events: [MultipartEvent] = []
    #expect(throws: MultipartError.malformedHeader) { try parser.consume(Array(form.utf8)[...], into: &events) }
  }
}
