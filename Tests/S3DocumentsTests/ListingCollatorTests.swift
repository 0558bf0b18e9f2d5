import RandomFixture
import S3Documents
import Testing

@Suite struct ListingCollatorTests {
  typealias Start = ListingCollator<String>.Start

  /// A page made by giving every key there is, whatever the steps say.
  private func page(
    _ keys: [String], prefix: String = "", delimiter: String = "", start: Start = .beginning, limit: Int = 1000
  ) -> ListingPage<String> {
    var collator = ListingCollator<String>(prefix: prefix, delimiter: delimiter, start: start, limit: limit)
    for key in keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    where collator.add(Array(key.utf8), key) == .done { break }
    return collator.page
  }

  /// The same page made as an index would, which jumps; with the number of keys that it had to look at.
  private func jumpingPage(
    _ keys: [String], prefix: String, delimiter: String, start: Start, limit: Int
  ) -> (page: ListingPage<String>, looks: Int) {
    let keys = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    var collator = ListingCollator<String>(prefix: prefix, delimiter: delimiter, start: start, limit: limit)
    var looks = 0
    var index = collator.start.map { start in keys.firstIndex { !$0.lexicographicallyPrecedes(start) } ?? keys.count }
    while let at = index, at < keys.count {
      looks += 1
      switch collator.add(keys[at], keys[at].text) {
      case .next: index = at + 1
      case .seek(let bound): index = keys.firstIndex { !$0.lexicographicallyPrecedes(bound) }
      case .done: index = nil
      }
    }
    return (collator.page, looks)
  }

  @Test(
    arguments: [
      (["bar", "baz", "cab", "foo"], "", "a", ["foo"], ["ba", "ca"]),
      (["foo/bar", "foo/bar/xyzzy", "quux/thud", "asdf"], "", "/", ["asdf"], ["foo/", "quux/"]),
      (["foo/bar", "foo/baz/xyzzy", "quux/thud", "asdf"], "foo/", "/", ["foo/bar"], ["foo/baz/"]),
      (["bar", "bazar", "cab", "foo"], "ba", "a", ["bar"], ["baza"]),
      (["b/a/r", "b/a/c", "b/a/g", "g"], "/", "d", [], []),
      (["b/a/c", "b/a/g", "b/a/r", "g"], "b", "z", ["b/a/c", "b/a/g", "b/a/r"], []),
      (["asdf/"], "asdf/", "/", ["asdf/"], []),
      (["asdf/"], "", "/", [], ["asdf/"]),
      (["asdf/"], "asdf", "/", [], ["asdf/"]),
      (["b%ar", "b%az", "c%ab", "foo"], "", "%", ["foo"], ["b%", "c%"]),
      (["0/", "0/1", "1999", "1999#", "1999+", "2000"], "", "/", ["1999", "1999#", "1999+", "2000"], ["0/"]),
      (["aXYb", "aXZb", "aXXYb", "aX"], "", "XY", ["aX", "aXZb"], ["aXXY", "aXY"]),
      (["/a", "//b", "c"], "", "/", ["c"], ["/"]),
      (["/a", "//b", "c"], "/", "/", ["/a"], ["//"]),
      (["a", "a/b", "a.b"], "", "/", ["a", "a.b"], ["a/"]),
      (["é/1", "é/2", "z"], "", "/", ["z"], ["é/"]),
      (["aéb", "aéc", "aè"], "", "é", ["aè"], ["aé"]),
      (["a", "b"], "c", "", [], []),
      ([], "", "/", [], []),
    ] as [([String], String, String, [String], [String])])
  func keysAreListedOrRolledUp(
    keys: [String], prefix: String, delimiter: String, entries: [String], commonPrefixes: [String]
  ) {
    let page = page(keys, prefix: prefix, delimiter: delimiter)
    #expect(page.entries == entries)
    #expect(page.commonPrefixes == commonPrefixes)
    #expect(!page.isTruncated)
    #expect(page.nextMarker == nil)
  }

  @Test func pagesGoOnBehindTheLastItem() {
    let keys = ["asdf", "boo/bar", "boo/baz/xyzzy", "cquux/thud", "cquux/bla"]
    var marker: String?
    var pages: [[String]] = []
    repeat {
      let page = page(keys, delimiter: "/", start: marker.map { .after($0) } ?? .beginning, limit: 1)
      pages.append(page.entries + page.commonPrefixes)
      marker = page.nextMarker
    } while marker != nil
    #expect(pages == [["asdf"], ["boo/"], ["cquux/"]])

    let two = page(keys, delimiter: "/", limit: 2)
    #expect(two.isTruncated)
    #expect(two.nextMarker == "boo/")
    #expect(!page(keys, prefix: "boo/", delimiter: "/", limit: 2).isTruncated)
  }

  @Test func keysOfTheLastCommonPrefixDoNotMakeAPageTruncated() {
    let page = page(["a/1", "a/2", "a/3"], delimiter: "/", limit: 1)
    #expect(page.commonPrefixes == ["a/"])
    #expect(!page.isTruncated)
  }

  @Test func noItemsAtAllAreNeverTruncated() {
    var collator = ListingCollator<String>(limit: 0)
    #expect(collator.start == nil)
    #expect(collator.add([0x61], "a") == .done)
    #expect(!collator.page.isTruncated)
    #expect(collator.page.lastItem == nil)
  }

  @Test(arguments: [
    ("", Start.beginning, ""),
    ("b", .beginning, "b"),
    ("", .after("a"), "a\0"),
    ("b", .after("a"), "b"),
    ("b", .after("b"), "b\0"),
    ("b", .after("c"), "c\0"),
    ("", .after("a/"), "a0"),
    ("", .after("a/b/c"), "a0"),
    ("a/", .after("a/b/c"), "a/b0"),
    ("a/", .after("a/"), "a/\0"),
    ("b", .after("a/c"), "b"),
    ("", .from("a/b"), "a/b"),
  ])
  func readingBeginsWhereTheFirstItemMayBe(prefix: String, start: Start, bound: String) {
    let collator = ListingCollator<String>(prefix: prefix, delimiter: "/", start: start, limit: 1)
    #expect(collator.start?.text == bound)
  }

  @Test func markerNeedNotBeAKey() {
    let keys = ["bar", "baz", "foo", "quxx"]
    #expect(page(keys, start: .after("blah")).entries == ["foo", "quxx"])
    #expect(page(keys, start: .after("zzz")).entries.isEmpty)
    #expect(page(keys, start: .after("\n")).entries == keys)
  }

  @Test func entriesOfOneKeyAreListedEach() {
    var collator = ListingCollator<Int>(start: .from("k"), limit: 3)
    for (key, upload) in [("k", 2), ("k", 3), ("l", 1), ("l", 2)] {
      _ = collator.add(Array(key.utf8), upload)
    }
    #expect(collator.page.entries == [2, 3, 1])
    #expect(collator.page.nextMarker == "l")
  }

  @Test func jumpsOverCommonPrefixes() {
    let keys = (0..<50).flatMap { folder in (0..<100).map { "folder\(folder + 10)/\($0)" } }
    let (page, looks) = jumpingPage(keys, prefix: "", delimiter: "/", start: .beginning, limit: 20)
    #expect(page.commonPrefixes.count == 20)
    #expect(page.isTruncated)
    #expect(looks == 21)
  }

  @Test func pagesAreWhatTheDefinitionSays() {
    var generator = SeededGenerator(seed: 99)
    let pieces = ["a", "b", "/", "//", "é", "\u{7F}", "0", "."]
    for _ in 0..<600 {
      let keys = Set((0..<Int.random(in: 0...20, using: &generator)).map { _ in generator.text(of: pieces, upTo: 5) })
        .filter { !$0.isEmpty }
      let prefix = generator.text(of: pieces, upTo: 2)
      let delimiter = ["", "/", "//", "a", "ab"].randomElement(using: &generator)!
      let marker = generator.text(of: pieces, upTo: 3)
      let limit = Int.random(in: 0...6, using: &generator)
      let start = marker.isEmpty ? Start.beginning : .after(marker)

      let expected = items(Array(keys), prefix: prefix, delimiter: delimiter)
        .filter { marker.isEmpty || marker.utf8.lexicographicallyPrecedes($0.utf8) }
      let page = page(Array(keys), prefix: prefix, delimiter: delimiter, start: start, limit: limit)
      let listed = (page.entries + page.commonPrefixes).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      #expect(listed == Array(expected.prefix(limit)))
      #expect(page.isTruncated == (limit > 0 && expected.count > limit))
      #expect(page.lastItem == expected.prefix(limit).last)

      let jumping = jumpingPage(Array(keys), prefix: prefix, delimiter: delimiter, start: start, limit: limit)
      #expect(jumping.page.entries == page.entries)
      #expect(jumping.page.commonPrefixes == page.commonPrefixes)
      #expect(jumping.page.isTruncated == page.isTruncated)
      #expect(jumping.looks <= listed.count + 1)
    }
  }

  /// All items of a listing, by S3's definition.
  private func items(_ keys: [String], prefix: String, delimiter: String) -> [String] {
    var items: Set<[UInt8]> = []
    for key in keys.map({ Array($0.utf8) }) where key.starts(with: prefix.utf8) {
      let end =
        delimiter.isEmpty
        ? nil
        : key.indices.first { $0 >= prefix.utf8.count && key[$0...].starts(with: delimiter.utf8) }
      items.insert(end.map { Array(key[..<($0 + delimiter.utf8.count)]) } ?? key)
    }
    return items.sorted { $0.lexicographicallyPrecedes($1) }.map(\.text)
  }
}
