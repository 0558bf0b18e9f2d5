public import HTTPSemantics

/// Objects by bucket and key.
///
/// No call keeps the caller's executor waiting. Keys are 1 to 1,024 bytes of UTF-8 without NUL; the starts of lists, and
/// prefixes, are any bytes. The id of a version is nil for the current one. Where there are no versions, each object has
/// one, `null`, and every other id is refused as `noSuchVersion`, whether or not there is an object.
public protocol ObjectStore: Sendable {
  /// What is known of an object, and of which version its content is.
  /// - Throws: `noSuchBucket`, `noSuchKey`, `noSuchVersion`.
  nonisolated(nonsending) func head(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> ObjectHead

  /// Opens an object: a reader of it finds the content that it has now, or fails.
  /// - Throws: as `head`.
  nonisolated(nonsending) func open(
    _ key: [UInt8], in bucket: String, version: String?
  ) async throws(StorageError) -> any OpenedObject

  /// Begins an object that is to have a key. What the key or the bucket rules out by itself is refused before any content
  /// comes.
  /// - Throws: `keyTooDeep`, `noSuchBucket`, `notAllowed`, `full`.
  nonisolated(nonsending) func writer(
    of key: [UInt8], in bucket: String
  ) async throws(StorageError) -> any ObjectWriter

  /// Removes an object.
  /// - Returns: whether there was one.
  /// - Throws: `preconditionFailed`, `noSuchKey` (of the precondition), `noSuchBucket`, `noSuchVersion`, `notAllowed`.
  nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool

  /// Changes what is known of an object; its bytes and their entity tag stay.
  /// - Throws: `noSuchBucket`, `noSuchKey`, `noSuchVersion`, `notAllowed`.
  nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError)

  /// Objects of a bucket in the order of their keys' bytes, from a place on. It agrees with every write before it.
  /// - Parameter query: which, and how many.
  /// - Throws: `noSuchBucket`.
  nonisolated(nonsending) func list(_ bucket: String, _ query: ObjectQuery) async throws(StorageError) -> [ListedObject]

  /// Reads the list for somebody who jumps over parts of it, such as what a common prefix stands for. A storage whose list
  /// is on a disk makes all the jumps in one go, without returning to the caller's executor in between.
  /// - Parameters:
  ///   - grouping: what the jumps are over, where it is known: only the first object of each group is wanted.
  ///   - state: what the step makes of the objects.
  ///   - step: takes an object, and says with which one to go on.
  nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State
}

extension ObjectStore {
  /// Reads the list page by page.
  public nonisolated(nonsending) func scan<State: Sendable>(
    _ bucket: String, from start: ListingStart, grouping: KeyGrouping?, includesUnlisted: Bool, into state: State,
    _ step: @escaping @Sendable (inout State, ListedObject) -> ListingStep
  ) async throws(StorageError) -> State {
    var state = state
    var cursor = ListingCursor(from: start)
    while !cursor.isAtEnd {
      let query = ObjectQuery(from: cursor.position, limit: cursor.count, includesUnlisted: includesUnlisted)
      cursor.take(try await list(bucket, query)) { step(&state, $0) }
    }
    return state
  }
}

/// An object as it was at a moment.
public struct ObjectHead: Equatable, Sendable {
  /// What is known of it.
  public var metadata: ObjectMetadata
  /// Of which version its content was.
  public var version: ContentVersion

  /// A head.
  public init(_ metadata: ObjectMetadata, _ version: ContentVersion) {
    self.metadata = metadata
    self.version = version
  }
}

/// An object, open to be read.
public protocol OpenedObject: OpenedContent {
  /// What is known of it, and of which version its content is.
  var head: ObjectHead { get }

  /// Appends a range of that version to a content; blocks of a file are shared where the file system can.
  /// - Throws: `versionChanged`, and what an append throws.
  nonisolated(nonsending) func copy(
    _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(StorageError)
}

extension OpenedObject {
  /// Appends what a reader reads.
  public nonisolated(nonsending) func copy(
    _ range: Range<UInt64>, to writer: any ContentWriter
  ) async throws(StorageError) {
    let reader = reader(range)
    while let chunk = try await reader.next(secured: true) {
      try await writer.update { (content) throws(StorageError) in try content.append(chunk) }
    }
    try await reader.check()
  }
}

/// A change of what is known of an object.
public enum MetadataChange: Equatable, Sendable {
  /// Its tags.
  case tags([NameValuePair])
  /// Its access control list, as it is stored.
  case accessControlList(String)

  /// The metadata after the change.
  public func applied(to metadata: ObjectMetadata) -> ObjectMetadata {
    var metadata = metadata
    switch self {
    case .tags(let tags): metadata.tags = tags
    case .accessControlList(let list): metadata.acl = list
    }
    return metadata
  }
}

/// Which part of a bucket's list is wanted.
public struct ObjectQuery: Equatable, Sendable {
  /// Where to begin.
  public var start: ListingStart
  /// How many objects at most.
  public var limit: Int
  /// Whether what is kept from the public is in it, too.
  public var includesUnlisted: Bool

  /// A query.
  public init(from start: ListingStart, limit: Int, includesUnlisted: Bool = false) {
    self.start = start
    self.limit = limit
    self.includesUnlisted = includesUnlisted
  }
}
