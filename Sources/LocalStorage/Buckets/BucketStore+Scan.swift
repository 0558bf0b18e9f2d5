internal import Database
internal import DurableFiles
internal import Posix
public import Storage

/// Bringing the index in line with the files. Writers may go on meanwhile: what goes into the index is looked at once
/// more in the transaction that writes it, as theirs is.
extension BucketStore {
  /// Keys that are looked at together, and written in one transaction.
  private static let batch = 500
  /// Folders within folders of a bucket: a key has 1,024 bytes at the most, all of which may be slashes.
  private static let depthLimit = 1_024

  /// Brings the index of a bucket up to date with its files, unless that was done since the system was started.
  func scanIfNeeded(_ bucket: String) throws(StorageError) {
    let mark = try scanMark(of: bucket)
    if !mark.isOfAScan(in: boot) { try scan(bucket, unlessScannedSince: mark) }
  }

  /// Brings the index of a bucket up to date with its files: what came by FTP or rsync appears, what is gone goes. Where
  /// somebody else is doing that, waits and leaves it at that.
  public func scan(_ bucket: String) throws(StorageError) {
    try scan(bucket, unlessScannedSince: try scanMark(of: bucket))
  }

  /// The same, for one who came when the bucket had this mark.
  func scan(_ bucket: String, unlessScannedSince earlier: ScanMark) throws(StorageError) {
    let folder = try folder(bucket)
    let lock = try scanLock(folder)
    defer { withExtendedLifetime(lock) {} }
    let now = try scanMark(of: bucket)
    // Whoever held the lock has done it.
    if now != earlier, now.isOfAScan(in: boot) { return }
    // Once more where the list was emptied under its hands, or some files were found to be missing in it.
    while try !scanAlone(folder) {}
  }

  func scanMark(of bucket: String) throws(StorageError) -> ScanMark {
    try reading { (connection) throws(DatabaseError) in try connection.scanMark(bucket) }
  }

  /// One scan of a bucket at a time, among all processes.
  private func scanLock(_ folder: BucketFolder) throws(StorageError) -> SharedDescriptor {
    do throws(Errno) {
      return SharedDescriptor(try folder.hidden.descriptor.lockFolder())
    } catch .noSuchFile {
      throw .noSuchBucket
    } catch {
      throw StorageError(error, "locking the scan of a bucket")
    }
  }

  /// - Returns: whether the list is complete now; otherwise its mark has changed meanwhile.
  private func scanAlone(_ folder: BucketFolder) throws(StorageError) -> Bool {
    let mark = try writing { (connection) throws(DatabaseError) in
      _ = try connection.bucketID(folder.name)
      return try connection.scanMark(folder.name)
    }
    // After that: another bucket of this name would have another mark.
    guard try folder.isCurrent(in: root.descriptor) else { throw .noSuchBucket }
    var unreadable = UnreadableFiles()
    let keys = try keys(of: folder, &unreadable)
    for start in stride(from: 0, to: keys.count, by: Self.batch) {
      try examine(keys[start..<min(start + Self.batch, keys.count)], in: folder, &unreadable)
    }
    try dropMissing(Set(keys), in: folder, &unreadable)
    report(unreadable, in: folder.name)
    return try writing { (connection) throws(DatabaseError) in
      try connection.markScanned(folder.name, ifStill: mark, boot: boot)
    }
  }

  /// Finds all keys of a bucket. One folder is open at a time, and none waits on the stack: a key may have as many
  /// folders as it has slashes.
  private func keys(of bucket: BucketFolder, _ unreadable: inout UnreadableFiles) throws(StorageError) -> [[UInt8]] {
    var keys: [[UInt8]] = []
    var folders: [[String]] = [[]]
    while let path = folders.popLast() {
      do throws(StorageError) {
        for (name, kind) in try names(in: path, of: bucket) {
          if kind == .regular, let key = KeyPath.key(folders: path, name: name) {
            keys.append(key)
          } else if kind == .directory, path.count < Self.depthLimit {
            folders.append(path + [name])
          }
        }
      } catch {
        try unreadable.add(error)
      }
    }
    return keys
  }

  private func names(
    in path: [String], of bucket: BucketFolder
  ) throws(StorageError) -> [(name: String, kind: DirectoryEntry.Kind)] {
    guard let directory = try bucket.open(path) else { return [] }
    do throws(Errno) {
      var names: [(name: String, kind: DirectoryEntry.Kind)] = []
      for entry in try directory.directoryEntries() {
        guard let name = String(validating: entry.name, as: UTF8.self) else { continue }
        if path.isEmpty, name == BucketFolder.hiddenName { continue }
        var kind = entry.kind
        if kind == .unknown, let status = try directory.statusIfPresent(of: name) {
          kind = status.isDirectory ? .directory : status.isRegular ? .regular : .special
        }
        names.append((name, kind))
      }
      return names
    } catch {
      throw StorageError(error, "scanning a bucket")
    }
  }

  /// Lists the objects among these keys that are not listed as they are. What cannot be read stays listed as it was.
  func examine(
    _ keys: ArraySlice<[UInt8]>, in folder: BucketFolder, _ unreadable: inout UnreadableFiles
  ) throws(StorageError) {
    let listed = try stamps(of: keys, in: folder.name)
    var files = NearbyFiles(in: folder)
    var entries: [(path: KeyPath, entry: BucketIndex.Entry)] = []
    for key in keys {
      let path = KeyPath(key)
      do throws(StorageError) {
        guard let (location, recordedVersion) = try files.find(path), recordedVersion != listed[key] else { continue }
        var object = try open(location, as: key, in: folder)
        // It may have given way to a folder.
        if object == nil { object = try open(key, in: folder) }
        // With the state before its metadata was read: one that is being written to is left for the next scan.
        if let object { entries.append((path, BucketIndex.Entry(key: key, object.metadata, recordedVersion))) }
      } catch .noSuchKey {
        // It was removed at this moment.
      } catch {
        try unreadable.add(error)
      }
    }
    if !entries.isEmpty { try list(entries, in: folder) }
  }

  /// Lists objects whose files are still those of the entries.
  private func list(
    _ entries: [(path: KeyPath, entry: BucketIndex.Entry)], in folder: BucketFolder
  ) throws(StorageError) {
    try writing { (connection) throws(DatabaseError) in
      let id = try connection.bucketID(folder.name)
      var files = NearbyFiles(in: folder)
      for (path, entry) in entries {
        let recordedVersion: RecordedVersion?
        do throws(StorageError) { recordedVersion = try files.find(path)?.recordedVersion } catch {
          throw DatabaseError(error)
        }
        if recordedVersion == entry.recordedVersion { try connection.list(entry, in: id) }
      }
    }
  }

  /// The files that the index knows under these keys.
  private func stamps(of keys: ArraySlice<[UInt8]>, in bucket: String) throws(StorageError) -> [[UInt8]:
    RecordedVersion]
  {
    try reading { (connection) throws(DatabaseError) in
      var stamps: [[UInt8]: RecordedVersion] = [:]
      let id = try connection.first("SELECT id FROM buckets WHERE name = ?1", [.text(bucket)]) { $0.integer(0) }
      guard let id else { return stamps }
      for key in keys {
        stamps[key] = try connection.first(
          "SELECT inode, size, changed FROM objects WHERE bucket = ?1 AND key = ?2", [.integer(id), .blob(key)]
        ) { RecordedVersion($0, from: 0) }
      }
      return stamps
    }
  }

  /// Takes out of the list what was not found and is not there.
  private func dropMissing(
    _ found: Set<[UInt8]>, in folder: BucketFolder, _ unreadable: inout UnreadableFiles
  ) throws(StorageError) {
    var last: [UInt8] = []
    while true {
      let page = try listed(folder.name, after: last)
      try drop(page.filter { !found.contains($0) }, in: folder, &unreadable)
      guard let end = page.last else { return }
      last = end
    }
  }

  /// Takes those of these keys out of the list that have no file.
  func drop(
    _ keys: [[UInt8]], in folder: BucketFolder, _ unreadable: inout UnreadableFiles
  ) throws(StorageError) {
    var missing: [[UInt8]] = []
    for key in keys {
      do throws(StorageError) {
        if try ObjectLocation.find(key, in: folder) == nil { missing.append(key) }
      } catch {
        try unreadable.add(error)
      }
    }
    guard !missing.isEmpty else { return }
    try writing { (connection) throws(DatabaseError) in
      let id = try connection.bucketID(folder.name)
      for key in missing where try !isThere(key, in: folder.name) { try connection.unlist(key, in: id) }
    }
  }

  private func listed(_ bucket: String, after key: [UInt8]) throws(StorageError) -> [[UInt8]] {
    try reading { (connection) throws(DatabaseError) in
      var keys: [[UInt8]] = []
      try connection.query(
        """
        SELECT key FROM objects JOIN buckets ON id = bucket WHERE name = ?1 AND key > ?2 ORDER BY key LIMIT \(Self.batch)
        """, [.text(bucket), .blob(key)]
      ) { keys.append($0.bytes(0)) }
      return keys
    }
  }
}
