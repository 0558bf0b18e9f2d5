/// A content that is open to be read, in the version that it had when it was opened.
public protocol OpenedContent: AnyObject, Sendable {
  /// Reads a range of that version.
  func reader(_ range: Range<UInt64>) -> any ObjectReader

  /// The same for whoever takes bytes in pipes.
  func pipedReader(_ range: Range<UInt64>) -> any ObjectReader

  /// Asks for the first bytes of a range which will be the next one that is read, where they are far away and that takes
  /// nothing away from others.
  nonisolated(nonsending) func prepare(_ range: Range<UInt64>) async

  /// Whether that version cannot change while it is read, and readers give bytes: there is nothing to be checked then.
  var neverChanges: Bool { get }
}

extension OpenedContent {
  /// Files need no pipes.
  public func pipedReader(_ range: Range<UInt64>) -> any ObjectReader { reader(range) }

  /// What is near is read when it is needed.
  public nonisolated(nonsending) func prepare(_ range: Range<UInt64>) async {}

  /// What others may overwrite has to be checked.
  public var neverChanges: Bool { false }
}

/// Reads a range of one version of a content, from its beginning to its end.
///
/// Where the object is replaced or removed meanwhile, a reader goes on with the content that was opened, or throws
/// `versionChanged`: it never mixes two. Changes of metadata do not disturb it.
///
/// For one task: calls do not overlap. What is open is closed when the reader goes.
public protocol ObjectReader: AnyObject, Sendable {
  /// The next bytes; nil at the end of the range.
  /// - Parameter secured: whether the bytes must not change any more (`Chunk.bytes`), since nothing can be taken back later.
  /// - Throws: `versionChanged` where the content is of another version now: what was read before is of the right one but
  ///   for ranges of files, which `check` tells of.
  nonisolated(nonsending) func next(secured: Bool) async throws(StorageError) -> Chunk?

  /// Whether the next bytes may come in a pipe: those of a long range may.
  var mayPipe: Bool { get }

  /// The next bytes, secured, in a pipe where they may come in one; nil at the end of the range.
  /// - Throws: as `next` does.
  nonisolated(nonsending) func nextPiped() async throws(StorageError) -> PipedChunk?

  /// Throws `versionChanged` unless the content still is of the version that was read.
  nonisolated(nonsending) func check() async throws(StorageError)
}

extension ObjectReader {
  /// Most bytes are in memory or in files.
  public var mayPipe: Bool { false }

  /// Most bytes are in memory or in files.
  public nonisolated(nonsending) func nextPiped() async throws(StorageError) -> PipedChunk? {
    try await next(secured: true).map { .chunk($0) }
  }
}
