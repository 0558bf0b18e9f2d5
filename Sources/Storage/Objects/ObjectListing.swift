public import Posix

/// One object of a listing.
public struct ListedObject: Equatable, Sendable {
  /// The key.
  public var key: [UInt8]
  /// Length in bytes.
  public var size: UInt64
  /// When it was put.
  public var modified: Timestamp
  /// The entity tag without quotes.
  public var etag: String
  /// The account that put it.
  public var owner: String
  /// The storage class; nil for the usual one.
  public var storageClass: String?

  /// An object under its key.
  public init(key: [UInt8], _ metadata: ObjectMetadata) {
    self.init(key: key, size: metadata.size, modified: metadata.modified, etag: metadata.etag, owner: metadata.owner)
    storageClass = metadata.storageClass
  }

  /// An object whose storage class is the usual one.
  public init(key: [UInt8], size: UInt64, modified: Timestamp, etag: String, owner: String) {
    self.key = key
    self.size = size
    self.modified = modified
    self.etag = etag
    self.owner = owner
  }
}

/// Where a listing starts.
public enum ListingStart: Equatable, Sendable {
  /// At the first key.
  case beginning
  /// At this key or the first after it.
  case at([UInt8])
  /// Behind this key.
  case after([UInt8])
}

/// How many objects a bucket holds.
public struct BucketTotals: Equatable, Sendable {
  /// Objects.
  public var objects: Int
  /// Bytes of all of them.
  public var bytes: UInt64

  /// Totals.
  public init(objects: Int, bytes: UInt64) {
    self.objects = objects
    self.bytes = bytes
  }
}
