import Posix
import S3Documents
import Storage
import Testing

@testable import ObjectStorage

/// Keys in memory, and how many of them were read.
private struct CountedKeys {
  let keys: [[UInt8]]
  private(set) var rows = 0

  init(_ keys: [String]) {
    self.keys = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  mutating func list(from start: ListingStart, limit: Int) -> [ListedObject] {
    let page = keys.filter { key in
      switch start {
      case .beginning: true
      case .at(let bound): !key.lexicographicallyPrecedes(bound)
      case .after(let bound): bound.lexicographicallyPrecedes(key)
      }
    }.prefix(limit)
    rows += page.count
    return page.map { key in
      ListedObject(
        key: key,
        ObjectMetadata(etag: "", size: 0, modified: Timestamp(seconds: 0), contentType: "", owner: ""))
    }
  }
}

struct ObjectListingTests {
  private func page(
    _ keys: inout CountedKeys, prefix: String = "", delimiter: String = "", limit: Int = 1_000
  ) -> (keys: [String], prefixes: [String]) {
    var collator = ListingCollator<ListedObject>(prefix: prefix, delimiter: delimiter, limit: limit)
    if let start = collator.start {
      var cursor = ListingCursor(from: .at(start))
      while !cursor.isAtEnd {
        cursor.take(keys.list(from: cursor.position, limit: cursor.count)) { collator.step($0) }
      }
    }
    return (collator.page.entries.map { String(decoding: $0.key, as: UTF8.self) }, collator.page.commonPrefixes)
  }

  @Test(arguments: [1, 2, 3, 15, 16, 17, 100, 1_000], ["", "/", "1/", "-"])
  func pageIsTheSameAsOfALoopOverAllKeys(limit: Int, delimiter: String) throws {
    var names: [String] = []
    for number in 0..<40 {
      names.append("f\(number)")
      for inner in 0..<(number % 7 * number % 23) { names.append("d\(number)/k-\(inner)") }
    }
    var keys = CountedKeys(names)
    for prefix in ["", "d", "d1", "d13/", "f", "none"] {
      var naive = ListingCollator<ListedObject>(prefix: prefix, delimiter: delimiter, limit: limit)
      for object in keys.list(from: .beginning, limit: .max) where naive.add(object.key, object) == .done { break }
      let expected = naive.page
      let found = page(&keys, prefix: prefix, delimiter: delimiter, limit: limit)
      #expect(found.keys == expected.entries.map { String(decoding: $0.key, as: UTF8.self) })
      #expect(found.prefixes == expected.commonPrefixes)
    }
  }

  @Test func whatACommonPrefixStandsForIsNotRead() throws {
    var keys = CountedKeys((0..<50).flatMap { folder in (0..<100).map { "\(folder)/\($0)" } })
    #expect(page(&keys, delimiter: "/").prefixes.count == 50)
    #expect(keys.rows < 150)
  }

  @Test func foldersOfOneAreReadInLargePieces() throws {
    var keys = CountedKeys((0..<2_000).map { "\(10_000 + $0)/one" })
    #expect(page(&keys, delimiter: "/").prefixes.count == 1_000)
    #expect(keys.rows < 1_600)
  }
}
