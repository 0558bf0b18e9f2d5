internal import Database
internal import Posix
public import Storage

extension BucketStore {
  /// Objects of a bucket in the order of their keys' bytes, from a place on.
  public func list(_ bucket: String, from start: ListingStart, limit: Int) throws(StorageError) -> [ListedObject] {
    if let objects = try listed(bucket, from: start, limit: limit) { return objects }
    try scanIfNeeded(bucket)
    return try listed(bucket, from: start, limit: limit) ?? []
  }

  /// What the index lists; nil where it does not know the bucket's files yet.
  private func listed(
    _ bucket: String, from start: ListingStart, limit: Int
  ) throws(StorageError) -> [ListedObject]? {
    let (comparison, key): (String, [UInt8]) =
      switch start {
      case .beginning: (">=", [])
      case .at(let key): (">=", key)
      case .after(let key): (">", key)
      }
    return try reading { (connection) throws(DatabaseError) in
      let known = try connection.first("SELECT id, scanned FROM buckets WHERE name = ?1", [.text(bucket)]) {
        (id: $0.integer(0), mark: ScanMark(text: $0.text(1)))
      }
      guard let known, known.mark.isOfAScan(in: boot) else { return nil }
      var objects: [ListedObject] = []
      try connection.query(
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
  public func totals(_ bucket: String) throws(StorageError) -> BucketTotals {
    try scanIfNeeded(bucket)
    return try reading { (connection) throws(DatabaseError) in
      let found = try connection.first(
        """
        SELECT count(*), total(max(size, 0)) FROM objects JOIN buckets ON id = bucket WHERE name = ?1
        """, [.text(bucket)]
      ) { BucketTotals(objects: Int($0.integer(0)), bytes: UInt64(clamping: $0.integer(1))) }
      return found ?? BucketTotals(objects: 0, bytes: 0)
    }
  }
}
