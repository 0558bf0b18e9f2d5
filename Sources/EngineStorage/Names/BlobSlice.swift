internal import PostgreSQL
internal import Storage

/// A range of a blob. An object is an ordered list of them.
struct BlobSlice: Equatable, Sendable {
  var id: BlobID
  var start: UInt64
  var length: UInt64
  /// Of the blob, where others may replace it under its name: then it must still be this one.
  var entityTag: String?

  var end: UInt64 { start + length }
}

extension [BlobSlice] {
  /// What the tables keep: three arrays side by side.
  var values: [SQLValue] {
    [.texts(map(\.id.name)), .integers(map { Int64($0.start) }), .integers(map { Int64($0.length) })]
  }

  /// Reads three columns.
  init(_ row: SQLRow, at column: Int) throws(PostgreSQLError) {
    let (names, starts, lengths) = (
      try row.texts(column), try row.integers(column + 1), try row.integers(column + 2)
    )
    guard names.count == starts.count, names.count == lengths.count else {
      throw .unexpectedAnswer("a list of blobs whose columns have different lengths")
    }
    self = []
    reserveCapacity(names.count)
    for index in names.indices {
      guard let id = BlobID(names[index]), let start = UInt64(exactly: starts[index]),
        let length = UInt64(exactly: lengths[index])
      else { throw .unexpectedAnswer("a blob that this program does not give") }
      append(BlobSlice(id: id, start: start, length: length))
    }
  }

  /// The bytes of all.
  var size: UInt64 { reduce(0) { $0 + $1.length } }

  /// What tells this content from every other.
  var version: ContentVersion {
    .blobs(map { $0.start == 0 ? "\($0.id.name)+\($0.length)" : "\($0.id.name)+\($0.start)+\($0.length)" })
  }

  /// The part of the content in a range of it.
  func slices(in range: Range<UInt64>) -> [BlobSlice] {
    var found: [BlobSlice] = []
    var offset: UInt64 = 0
    for slice in self {
      let part = (offset..<offset + slice.length).clamped(to: range)
      if !part.isEmpty {
        var cut = slice
        (cut.start, cut.length) = (slice.start + part.lowerBound - offset, UInt64(part.count))
        found.append(cut)
      }
      offset += slice.length
    }
    return found
  }

  /// The names, each once.
  var distinctNames: Set<String> { Set(map(\.id.name)) }
}
