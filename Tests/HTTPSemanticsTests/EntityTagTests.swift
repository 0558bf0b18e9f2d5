import HTTPSemantics
import Testing

@Suite struct EntityTagTests {
  /// The table of RFC 9110 §8.8.3.2.
  @Test(arguments: [
    ("W/\"1\"", "W/\"1\"", false, true), ("W/\"1\"", "W/\"2\"", false, false), ("W/\"1\"", "\"1\"", false, true),
    ("\"1\"", "\"1\"", true, true),
  ])
  func comparison(left: String, right: String, strong: Bool, weak: Bool) throws {
    let left = try #require(EntityTag(parsing: left))
    let right = try #require(EntityTag(parsing: right))
    #expect(left.stronglyMatches(right) == strong)
    #expect(left.weaklyMatches(right) == weak)
  }

  @Test func tagsAreWrittenAsTheGrammarWantsThem() {
    #expect(EntityTag("abc-1").description == "\"abc-1\"")
    #expect(EntityTag("abc", isWeak: true).description == "W/\"abc\"")
    #expect(EntityTag("a\"b\r\n é").description == "\"a%22b%0D%0A%20%C3%A9\"")
    #expect(EntityTag(parsing: " W/\"\" ") == EntityTag("", isWeak: true))
  }

  @Test(arguments: ["", "abc", "\"abc", "w/\"abc\"", "W/abc", "\"a\"b", "\"a\",\"b\"", "*", "W/ \"a\""])
  func anythingElseIsNoTag(text: String) {
    #expect(EntityTag(parsing: text) == nil)
  }

  @Test(arguments: [
    ("*", EntityTagList.any), (" * ", .any), ("\"a\"", .tags([EntityTag("a")])),
    ("\"a\", W/\"b,c\" ,,\"\\\"", .tags([EntityTag("a"), EntityTag("b,c", isWeak: true), EntityTag("\\")])),
    ("d41d8cd9, \"a\"", .tags([EntityTag("d41d8cd9"), EntityTag("a")])), ("\"a\", *", .tags([EntityTag("a")])),
    ("", .tags([])), ("\"open", .tags([])), (",", .tags([])),
  ])
  func listsAreRead(text: String, list: EntityTagList) {
    #expect(EntityTagList(parsing: text) == list)
  }
}
