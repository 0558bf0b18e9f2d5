import EngineFixture
import EngineStorage
import PostgreSQLFixture
import Storage
import Testing

/// Lists whose jumps the database makes.
@Suite(.enabled(if: hasDatabase)) struct GroupedListingTests {
  private static let keys = [
    "a", "a-b", "a/", "a/1", "a/2", "a/b/c", "b//1", "b//2", "b/1", "c", "\u{e4}/1", "\u{e4}/2", "\u{1f600}/x", "z/1",
    "z/2", "zz",
  ]

  /// The first key of each group, by going through all keys.
  private static func firsts(_ keys: [String], _ grouping: KeyGrouping) -> [[UInt8]] {
    var seen: Set<[UInt8]> = []
    let sorted = keys.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    return sorted.filter { key in
      guard key.starts(with: grouping.prefix) else { return false }
      return seen.insert(group(of: key, grouping) ?? key).inserted
    }
  }

  private static func group(of key: [UInt8], _ grouping: KeyGrouping) -> [UInt8]? {
    let first = grouping.prefix.count + grouping.delimiter.count
    guard key.count >= first else { return nil }
    return (first...key.count).lazy.map { Array(key[..<$0]) }
      .first { $0.suffix(grouping.delimiter.count).elementsEqual(grouping.delimiter) }
  }

  @Test(arguments: ["", "a", "b/", "\u{e4}"], ["/", "//", "\u{e4}"])
  func firstOfEachGroupIsFound(prefix: String, delimiter: String) async throws {
    let engine = try await EngineUnderTest.withBucket()
    for key in Self.keys { try await engine.objects.put(key, bytes("x")) }
    // The database makes jumps once there was one.
    for number in 0..<18 { try await engine.objects.put("\(prefix)!\(delimiter)\(number)", bytes("x")) }
    let keys = Self.keys + (0..<18).map { "\(prefix)!\(delimiter)\($0)" }
    let grouping = KeyGrouping(prefix: bytes(prefix), delimiter: bytes(delimiter))
    let found = try await engine.objects.scan(
      bucket, from: .at(grouping.prefix), grouping: grouping, includesUnlisted: true, into: [[UInt8]]()
    ) { found, object in
      guard object.key.starts(with: grouping.prefix) else { return .done }
      found.append(object.key)
      guard var bound = Self.group(of: object.key, grouping), let last = bound.popLast() else { return .next }
      bound.append(last + 1)
      return .seek(bound)
    }
    #expect(found == Self.firsts(keys, grouping))
  }
}
