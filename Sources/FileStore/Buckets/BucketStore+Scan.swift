internal import Database
internal import Posix

extension BucketStore {
  /// Rows that are compared and written in one transaction.
  private static let batch = 2_000
  /// Folders within folders of a bucket: a key has 1,024 bytes at the most, all of which may be slashes.
  private static let depthLimit = 1_024

  /// Brings the index of a bucket up to date with its files, unless that was done since the system was started.
  func scanIfNeeded(_ bucket: String) throws(BucketError) {
    let scanned = try reading { (session) throws(DatabaseError) in
      try session.first("SELECT scanned FROM buckets WHERE name = ?1", [.text(bucket)]) { $0.text(0) } ?? ""
    }
    guard scanned != boot else { return }
    // No bucket, no scan.
    _ = try folder(bucket)
    try scan(bucket)
  }

  /// Brings the index of a bucket up to date with its files: what came by FTP or rsync appears, what is gone goes.
  public func scan(_ bucket: String) throws(BucketError) {
    let folder = try folder(bucket)
    let started = Clock.now()
    var found: Set<[UInt8]> = []
    var pending: [[UInt8]] = []
    try walk(folder) { (key) throws(BucketError) in
      found.insert(key)
      pending.append(key)
      if pending.count == Self.batch {
        try examine(pending, in: folder)
        pending.removeAll(keepingCapacity: true)
      }
    }
    try examine(pending, in: folder)
    try dropMissing(found, in: folder, before: started)
    try alone { (session) throws(BucketError) in
      do throws(DatabaseError) {
        _ = try session.bucketID(bucket)
        try session.execute("UPDATE buckets SET scanned = ?1 WHERE name = ?2", [.text(boot), .text(bucket)])
      } catch {
        throw BucketError(error)
      }
    }
  }

  /// Finds all keys of a bucket. One folder is open at a time, and none waits on the stack: a key may have as many
  /// folders as it has slashes.
  private func walk(
    _ bucket: BucketFolder, _ found: ([UInt8]) throws(BucketError) -> Void
  ) throws(BucketError) {
    var folders: [[String]] = [[]]
    while let path = folders.popLast() {
      guard let directory = try bucket.open(path) else { continue }
      let entries: [DirectoryEntry]
      do throws(Errno) { entries = try directory.directoryEntries() } catch {
        throw BucketError(error, "scanning a bucket")
      }
      for entry in entries {
        guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
        if path.isEmpty, name == BucketFolder.hiddenName { continue }
        var kind = entry.kind
        if kind == .unknown, let status = try? directory.status(of: name) {
          kind = status.isDirectory ? .directory : status.isRegular ? .regular : .special
        }
        if kind == .regular, let key = KeyPath.key(folders: path, name: name) {
          try found(key)
        } else if kind == .directory, path.count < Self.depthLimit {
          folders.append(path + [name])
        }
      }
    }
  }

  /// Lists the objects among these keys that are not listed as they are.
  private func examine(_ keys: [[UInt8]], in folder: BucketFolder) throws(BucketError) {
    guard !keys.isEmpty else { return }
    try alone { (session) throws(BucketError) in
      let id: Int64
      do throws(DatabaseError) { id = try session.bucketID(folder.name) } catch { throw BucketError(error) }
      for key in keys {
        guard let place = try ObjectPlace.find(key, in: folder), let file = try? place.open(),
          let status = try? file.status()
        else { continue }
        let stamp = FileStamp(status)
        do throws(DatabaseError) {
          let known = try session.first(
            "SELECT inode, size, changed FROM objects WHERE bucket = ?1 AND key = ?2", [.integer(id), .blob(key)]
          ) { FileStamp($0, from: 0) }
          if known == stamp { continue }
        } catch {
          throw BucketError(error)
        }
        let facts = try folder.facts(of: file, named: key)
        let entry = BucketIndex.Entry(
          key: key, size: facts.size, modified: facts.modified, etag: facts.etag, owner: facts.owner, stamp: stamp)
        do throws(DatabaseError) { try session.list(entry, in: id) } catch { throw BucketError(error) }
      }
    }
  }

  /// Takes out of the list what the walk did not find and is not there.
  private func dropMissing(
    _ found: Set<[UInt8]>, in folder: BucketFolder, before started: Timestamp
  ) throws(BucketError) {
    var start = ListingStart.beginning
    while true {
      let page = try listed(folder.name, from: start)
      guard let last = page.last else { return }
      let missing = page.filter { !found.contains($0) }
      if !missing.isEmpty {
        try alone { (session) throws(BucketError) in
          for key in missing where try ObjectPlace.find(key, in: folder) == nil {
            do throws(DatabaseError) {
              try session.unlist(key, in: try session.bucketID(folder.name))
            } catch {
              throw BucketError(error)
            }
          }
        }
      }
      start = .after(last)
    }
  }

  private func listed(_ bucket: String, from start: ListingStart) throws(BucketError) -> [[UInt8]] {
    let after: [UInt8]? = if case .after(let key) = start { key } else { nil }
    return try reading { (session) throws(DatabaseError) in
      var keys: [[UInt8]] = []
      try session.query(
        """
        SELECT key FROM objects JOIN buckets ON id = bucket WHERE name = ?1 AND key > ?2 ORDER BY key LIMIT \(Self.batch)
        """, [.text(bucket), .blob(after ?? [])]
      ) { keys.append($0.bytes(0)) }
      return keys
    }
  }

  /// Settles what processes left half done that are gone. For a new worker to call.
  public func settleIntents() throws(BucketError) {
    try intents.settleAbandoned(boot: boot) { (intent) throws(BucketError) in
      guard let folder = try? folder(intent.bucket) else { return }
      if let place = try ObjectPlace.find(intent.key, in: folder) { try? place.folder.descriptor.synchronize() }
      try examine([intent.key], in: folder)
      try dropIfMissing(intent.key, in: folder)
    }
    for name in try names() {
      if let folder = try? folder(name) { removeAbandoned(in: folder) }
    }
  }

  private func dropIfMissing(_ key: [UInt8], in folder: BucketFolder) throws(BucketError) {
    try alone { (session) throws(BucketError) in
      guard try ObjectPlace.find(key, in: folder) == nil else { return }
      do throws(DatabaseError) { try session.unlist(key, in: try session.bucketID(folder.name)) } catch {
        throw BucketError(error)
      }
    }
  }

  /// Temporary names of processes that are gone.
  private func removeAbandoned(in folder: BucketFolder) {
    for entry in (try? folder.hidden.descriptor.directoryEntries()) ?? [] {
      let name = String(decoding: entry.name, as: UTF8.self)
      guard let prefix = ["put-", "upload-"].first(where: { name.hasPrefix($0) }), let end = name.lastIndex(of: "-"),
        let owner = OwnerIdentity(name[..<end].dropFirst(prefix.count)), owner.isGone(boot: boot)
      else { continue }
      try? folder.hidden.descriptor.unlink(name)
    }
  }
}
