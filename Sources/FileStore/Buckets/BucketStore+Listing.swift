internal import Database
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
  public init(key: [UInt8], _ facts: ObjectFacts) {
    self.init(key: key, size: facts.size, modified: facts.modified, etag: facts.etag, owner: facts.owner)
    storageClass = facts.storageClass
  }

  init(key: [UInt8], size: UInt64, modified: Timestamp, etag: String, owner: String) {
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
}

extension BucketStore {
  /// Objects of a bucket in the order of their keys' bytes, from a place on.
  public func list(_ bucket: String, from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject] {
    if let objects = try listed(bucket, from: start, limit: limit) { return objects }
    try scanIfNeeded(bucket)
    return try listed(bucket, from: start, limit: limit) ?? []
  }

  /// What the index lists; nil where it does not know the bucket's files yet.
  private func listed(
    _ bucket: String, from start: ListingStart, limit: Int
  ) throws(BucketError) -> [ListedObject]? {
    let (comparison, key): (String, [UInt8]) =
      switch start {
      case .beginning: (">=", [])
      case .at(let key): (">=", key)
      case .after(let key): (">", key)
      }
    return try reading { (session) throws(DatabaseError) in
      let known = try session.first("SELECT id, scanned FROM buckets WHERE name = ?1", [.text(bucket)]) {
        (id: $0.integer(0), mark: ScanMark(text: $0.text(1)))
      }
      guard let known, known.mark.isOfAScan(in: boot) else { return nil }
      var objects: [ListedObject] = []
      try session.query(
        """
        SELECT key, size, modified, etag, owner, class FROM objects WHERE bucket = ?1 AND key \(comparison) ?2
        ORDER BY key LIMIT ?3
        """, [.integer(known.id), .blob(key), .integer(Int64(limit))]
      ) { row in
        var object = ListedObject(
          key: row.bytes(0), size: UInt64(clamping: row.integer(1)),
          modified: Timestamp(totalNanoseconds: row.integer(2)), etag: row.text(3), owner: row.text(4))
        let storageClass = row.text(5)
        if !storageClass.isEmpty { object.storageClass = storageClass }
        objects.append(object)
      }
      return objects
    }
  }

  /// How many objects a bucket holds. It counts them all: not for every request.
  public func totals(_ bucket: String) throws(BucketError) -> BucketTotals {
    try scanIfNeeded(bucket)
    return try reading { (session) throws(DatabaseError) in
      let found = try session.first(
        """
        SELECT count(*), total(max(size, 0)) FROM objects JOIN buckets ON id = bucket WHERE name = ?1
        """, [.text(bucket)]
      ) { BucketTotals(objects: Int($0.integer(0)), bytes: UInt64(clamping: $0.integer(1))) }
      return found ?? BucketTotals(objects: 0, bytes: 0)
    }
  }
}
