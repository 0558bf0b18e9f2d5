import Storage
import LocalStorage
import Posix
import S3Documents
import Synchronization
import Testing

@testable import ObjectStorage

/// Keys in memory, and how many rows of them were read.
private final class MemoryLister: ObjectLister {
  let keys: [[UInt8]]
  let rows = Mutex(0)

  init(_ keys: [String]) {
    self.keys = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  func list(from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject] {
    let page = keys.filter { key in
      switch start {
      case .beginning: true
      case .at(let bound): !key.lexicographicallyPrecedes(bound)
      case .after(let bound): bound.lexicographicallyPrecedes(key)
      }
    }.prefix(limit)
    rows.withLock { $0 += page.count }
    return page.map { key in
      ListedObject(
        key: key,
        ObjectMetadata(etag: "", size: 0, modified: Timestamp(seconds: 0), contentType: "", owner: ""))
    }
  }
}

struct ListingReaderTests {
  private func fill(
    _ lister: MemoryLister, prefix: String = "", delimiter: String = "", limit: Int = 1_000
  ) throws -> (keys: [String], prefixes: [String]) {
    var page = ListingCollator<ListedObject>(prefix: prefix, delimiter: delimiter, limit: limit)
    try ListingReader.fill(&page, from: lister)
    return (page.page.entries.map { String(decoding: $0.key, as: UTF8.self) }, page.page.commonPrefixes)
  }

  @Test(arguments: [1, 2, 3, 15, 16, 17, 100, 1_000], ["", "/", "1/", "-"])
  func pageIsTheSameAsOfALoopOverAllKeys(limit: Int, delimiter: String) throws {
    var keys: [String] = []
    for number in 0..<40 {
      keys.append("f\(number)")
      for inner in 0..<(number % 7 * number % 23) { keys.append("d\(number)/k-\(inner)") }
    }
    let lister = MemoryLister(keys)
    for prefix in ["", "d", "d1", "d13/", "f", "none"] {
      var naive = ListingCollator<ListedObject>(prefix: prefix, delimiter: delimiter, limit: limit)
      for object in try lister.list(from: .beginning, limit: .max) where naive.add(object.key, object) == .done {
        break
      }
      let expected = naive.page
      let found = try fill(lister, prefix: prefix, delimiter: delimiter, limit: limit)
      #expect(found.keys == expected.entries.map { String(decoding: $0.key, as: UTF8.self) })
      #expect(found.prefixes == expected.commonPrefixes)
    }
  }

  @Test func whatACommonPrefixStandsForIsNotRead() throws {
    let lister = MemoryLister((0..<50).flatMap { folder in (0..<100).map { "\(folder)/\($0)" } })
    #expect(try fill(lister, delimiter: "/").prefixes.count == 50)
    #expect(lister.rows.withLock { $0 } < 150)
  }

  @Test func foldersOfOneAreReadInLargePieces() throws {
    let lister = MemoryLister((0..<2_000).map { "\(10_000 + $0)/one" })
    #expect(try fill(lister, delimiter: "/").prefixes.count == 1_000)
    #expect(lister.rows.withLock { $0 } < 1_600)
  }
}
