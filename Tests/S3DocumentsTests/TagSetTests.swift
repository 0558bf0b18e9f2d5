import S3Documents
import Testing

@Suite struct TagSetTests {
  private func tags(_ pairs: (String, String)..., limit: Int = 10) throws -> TagSet {
    try TagSet(pairs.map { Tag(key: $0.0, value: $0.1) }, limit: limit)
  }

  @Test func tagsAreSortedAndWritten() throws {
    let set = try tags(("foo", "bar"), ("Hello", "a&b".replacing("&", with: "+")), ("bar", ""))
    #expect(set.tags.map(\.key) == ["Hello", "bar", "foo"])
    #expect(set["foo"] == "bar")
    #expect(set["none"] == nil)
    #expect(
      set.document.text == declaration
        + "<Tagging \(s3Namespace)><TagSet><Tag><Key>Hello</Key><Value>a+b</Value></Tag>"
        + "<Tag><Key>bar</Key><Value></Value></Tag><Tag><Key>foo</Key><Value>bar</Value></Tag></TagSet></Tagging>")
    #expect(try TagSet(document: set.document, limit: 10) == set)
    #expect(TagSet().document.text == declaration + "<Tagging \(s3Namespace)><TagSet></TagSet></Tagging>")
  }

  @Test(arguments: [
    ("foo=bar&bar", "bar=&foo=bar"),
    ("a%20b=c+d&x=%2B%3D", "a%20b=c%20d&x=%2B%3D"),
    ("", ""),
    ("k=%C3%A9", "k=%C3%A9"),
  ])
  func queriesAreReadAndWritten(query: String, written: String) throws {
    let set = try TagSet(query: query, limit: 10)
    #expect(set.query == written)
    #expect(try TagSet(query: written, limit: 10) == set)
  }

  @Test(arguments: [
    ("a=%2", "InvalidArgument"), ("a=%FF", "InvalidArgument"), ("a=1&a=2", "InvalidTag"), ("=v", "InvalidTag"),
  ])
  func malformedQueriesAreRefused(query: String, code: String) {
    #expect(#expect(throws: S3Error.self) { try TagSet(query: query, limit: 10) }?.code == code)
  }

  @Test func longestTagsPass() throws {
    let many = (0..<10).map {
      Tag(key: "\($0)" + String(repeating: "k", count: 127), value: String(repeating: "é", count: 256))
    }
    #expect(try TagSet(many, limit: TagSet.objectLimit).tags.count == 10)
    #expect(try TagSet((0..<50).map { Tag(key: "\($0)", value: "") }, limit: TagSet.bucketLimit).tags.count == 50)
    _ = try tags(("Ключ _.:/=+-@", "値 ١"))
  }

  @Test(arguments: [
    [Tag(key: String(repeating: "k", count: 129), value: "")],
    [Tag(key: "k", value: String(repeating: "v", count: 257))],
    [Tag(key: "", value: "v")],
    [Tag(key: "a", value: "1"), Tag(key: "a", value: "2")],
    [Tag(key: "aws:x", value: "")],
    [Tag(key: "AWS:x", value: "")],
    [Tag(key: "a&b", value: "")],
    [Tag(key: "a", value: "<")],
    [Tag(key: "a\n", value: "")],
    [Tag(key: "a", value: "\u{1F600}")],
    (0..<11).map { Tag(key: "\($0)", value: "") },
  ])
  func tagsBeyondTheRulesAreRefused(tags: [Tag]) {
    #expect(#expect(throws: S3Error.self) { try TagSet(tags, limit: 10) }?.code == "InvalidTag")
  }

  @Test(arguments: ["<Tagging/>", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>", "<TagSet/>"])
  func malformedDocumentsAreRefused(document: String) {
    #expect(throws: S3Error.malformedXML) { try TagSet(document: [UInt8](document), limit: 10) }
  }
}
