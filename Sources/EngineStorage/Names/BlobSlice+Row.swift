internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
internal import Storage

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

  /// What tells a content from every other that an object has had.
  func version(of metadata: ObjectMetadata) -> ContentVersion {
    // A small object is moved from one pack to another, and stays what it is.
    if isPacked, let md5 = metadata.md5 {
      let (digest, time) = (Hexadecimal.encode(md5), metadata.modified.totalNanoseconds)
      return .blobs(["md5 \(digest)+\(self[0].length)+\(time)"])
    }
    return version
  }

  /// Whether it is a small object in a pack, or looks like one.
  var isPacked: Bool { count == 1 && self[0].start > 0 && self[0].length <= SmallObject.limit }

  /// The same for a content that is never moved.
  var version: ContentVersion {
    .blobs(map { $0.start == 0 ? "\($0.id.name)+\($0.length)" : "\($0.id.name)+\($0.start)+\($0.length)" })
  }

  /// The same content, of which copies can be checked where it is one range.
  func annotated(with metadata: ObjectMetadata) -> [BlobSlice] {
    guard count == 1, let md5 = metadata.md5 else { return self }
    var slice = self[0]
    slice.content = .init(start: slice.start, length: slice.length, md5: md5)
    return [slice]
  }

  /// The names, each once.
  var distinctNames: Set<String> { Set(map(\.id.name)) }
}
