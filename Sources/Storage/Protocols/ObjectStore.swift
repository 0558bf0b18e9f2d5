/// Objects by bucket and key.
///
/// No call keeps the caller's executor waiting. Keys are 1 to 1,024 bytes of UTF-8 without NUL; the starts of lists, and
/// prefixes, are any bytes. The id of a version is nil for the current one; storages without versions refuse every other
/// id as `noSuchVersion`.
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

  /// Begins an object.
  /// - Throws: `noSuchBucket`, `notAllowed`, `full`.
  nonisolated(nonsending) func writer(in bucket: String) async throws(StorageError) -> any ObjectWriter

  /// Removes an object.
  /// - Returns: whether there was one.
  /// - Throws: `preconditionFailed`, `noSuchBucket`, `noSuchVersion`, `notAllowed`.
  nonisolated(nonsending) func remove(
    _ key: [UInt8], in bucket: String, version: String?, if precondition: Precondition
  ) async throws(StorageError) -> Bool

  /// Changes what is known of an object; its bytes and their entity tag stay.
  /// - Throws: `noSuchKey`, `noSuchVersion`, `notAllowed`.
  nonisolated(nonsending) func change(
    _ key: [UInt8], in bucket: String, version: String?, _ change: MetadataChange
  ) async throws(StorageError)

  /// Objects of a bucket in the order of their keys' bytes, from a place on. It agrees with every write before it.
  /// - Parameter query: which, and how many.
  nonisolated(nonsending) func list(_ bucket: String, _ query: ObjectQuery) async throws(StorageError) -> [ListedObject]
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
public protocol OpenedObject: AnyObject, Sendable {
  /// What is known of it, and of which version its content is.
  var head: ObjectHead { get }

  /// Reads a range of that version.
  func reader(_ range: Range<UInt64>) -> any ObjectReader
}

/// A change of what is known of an object.
public enum MetadataChange: Equatable, Sendable {
  /// Its tags.
  case tags([NamedText])
  /// Its access control list, as it is kept.
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
