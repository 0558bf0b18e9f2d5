internal import Storage

/// A list in the order of its keys' bytes.
protocol OrderedList: Sendable {
  associatedtype Entry: Sendable

  /// Entries from a place on; fewer than `limit` are the last ones.
  nonisolated(nonsending) func page(from start: ListingStart, limit: Int) async throws(StorageError) -> [Entry]

  func key(of entry: Entry) -> [UInt8]
}

/// Two lists, read side by side and page by page.
struct PairedPages<List: OrderedList> {
  /// What both have under one key.
  struct Pair: Sendable {
    var key: [UInt8]
    var source: List.Entry?
    var destination: List.Entry?
  }

  private let source: List
  private let destination: List
  private let limit: Int
  private var position: ListingStart? = .beginning

  init(_ source: List, _ destination: List, limit: Int = 1_000) {
    self.source = source
    self.destination = destination
    self.limit = limit
  }

  /// The next pairs; nil at the end.
  nonisolated(nonsending) mutating func next() async throws(StorageError) -> [Pair]? {
    guard let start = position else { return nil }
    let page = try await source.page(from: start, limit: limit)
    let bound = page.count < limit ? nil : page.last.map { source.key(of: $0) }
    var others = try await entries(of: destination, from: start, upTo: bound)
    var pairs: [Pair] = []
    for entry in page {
      let key = source.key(of: entry)
      pairs.append(Pair(key: key, source: entry, destination: others.removeValue(forKey: key)))
    }
    for (key, entry) in others { pairs.append(Pair(key: key, destination: entry)) }
    position = bound.map { .after($0) }
    return pairs
  }

  private nonisolated(nonsending) func entries(
    of list: List, from start: ListingStart, upTo bound: [UInt8]?
  ) async throws(StorageError) -> [[UInt8]: List.Entry] {
    var found: [[UInt8]: List.Entry] = [:]
    var start = start
    while true {
      let page = try await list.page(from: start, limit: limit)
      var last: [UInt8]?
      for entry in page {
        let key = list.key(of: entry)
        if let bound, bound.lexicographicallyPrecedes(key) { return found }
        found[key] = entry
        last = key
      }
      guard let last, page.count == limit, last != bound else { return found }
      start = .after(last)
    }
  }
}
