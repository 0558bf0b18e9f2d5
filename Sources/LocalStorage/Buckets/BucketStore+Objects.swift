internal import Database
internal import DurableFiles
internal import Posix
public import Storage

extension BucketStore {
  /// Begins a file on a bucket's mount that nobody can see.
  func stage(in bucket: String) throws(StorageError) -> StagedFile {
    let folder = try folder(bucket)
    do throws(StorageError) { return try folder.staging.stage() } catch {
      // It may have been removed at this moment.
      guard try folder.isCurrent(in: root.descriptor) else { throw .noSuchBucket }
      throw error
    }
  }

  /// Gives a staged file its key, replacing what stood there; when this returns, it survives a power cut and is listed.
  func put(
    _ file: consuming StagedFile, as key: [UInt8], in bucket: String, _ metadata: ObjectMetadata,
    if precondition: Precondition = .none
  ) throws(StorageError) {
    try Self.checkDepth(of: key)
    let folder = try folder(bucket)
    try folder.record(metadata, of: key, on: file.file)
    let recordedVersion: RecordedVersion
    do throws(Errno) {
      try file.file.setMode(0o644)
      try file.file.synchronize()
      recordedVersion = RecordedVersion(try file.file.status())
    } catch {
      throw StorageError(error, "syncing an object")
    }
    let entry = BucketIndex.Entry(key: key, metadata, recordedVersion)
    try changing(key, in: bucket) { () throws(StorageError) in
      let named: Renamed
      do throws(StorageError) { named = try name(file, as: key, in: folder, precondition) } catch {
        if let own = try? folder.sidecarName(of: file.file) { folder.removeSidecar(own, of: key) }
        throw error
      }
      try list(entry, at: named.location, in: folder)
      // Not while other writers wait.
      try finish(named, of: key, in: folder)
    }
  }

  /// Opens an object.
  public func open(_ key: [UInt8], in bucket: String) throws(StorageError) -> OpenObject {
    try open(key, in: try folder(bucket))
  }

  /// The same in a bucket that is open.
  func open(_ key: [UInt8], in folder: BucketFolder) throws(StorageError) -> OpenObject {
    // Between two looks at it the file may give way to another one, or to a folder.
    for _ in 0..<8 {
      guard let location = try ObjectLocation.find(key, in: folder) else { throw .noSuchKey }
      if let object = try open(location, as: key, in: folder) { return object }
    }
    throw .noSuchKey
  }

  /// Opens an object that was opened lately, if that needs no look at the disk; nil where it does.
  func openIfKnown(_ key: [UInt8], in bucket: String) -> OpenObject? {
    guard let folder = folders.known(bucket, in: root.descriptor), let known = knownMetadata.find(key, in: bucket),
      let file = ObjectLocation.openIfCached(key, in: folder), let status = file.cachedStatus,
      ContentVersion.FileState(status) == known.file
    else { return nil }
    return OpenObject(file: SharedDescriptor(file), metadata: known.metadata, status)
  }

  /// What is set for a bucket, where that is known without a look at the disk.
  func knownConfiguration(_ bucket: String) -> BucketConfiguration? {
    folders.known(bucket, in: root.descriptor)?.knownConfiguration
  }

  /// - Returns: nil where the object has been moved or replaced since it was found.
  func open(
    _ location: ObjectLocation, as key: [UInt8], in folder: BucketFolder
  ) throws(StorageError) -> OpenObject? {
    guard let file = try file(at: location) else { return nil }
    let time = Clock.now()
    let status: FileStatus
    do throws(Errno) { status = try file.status() } catch { throw StorageError(error, "looking at an object") }
    let metadata = try folder.metadata(of: file, named: key)
    do throws(Errno) {
      // Metadata that stood beside the file were removed with its name: others were made up.
      if metadata.etag.hasSuffix("-1"), try file.status().linkCount == 0 { return nil }
    } catch {
      throw StorageError(error, "looking at an object")
    }
    knownMetadata.remember(metadata, of: key, in: folder.name, status, at: time)
    return OpenObject(file: SharedDescriptor(file), metadata: metadata, status)
  }

  /// The file at a place, open; nil where it is not there any more.
  private func file(at location: ObjectLocation) throws(StorageError) -> FileDescriptor? {
    do throws(Errno) {
      let file = try location.open()
      guard try file.status().isRegular else { return nil }
      return file
    } catch .noSuchFile {
      return nil
    } catch {
      throw StorageError(error, "opening an object")
    }
  }

  /// The metadata of an object.
  public func metadata(of key: [UInt8], in bucket: String) throws(StorageError) -> ObjectMetadata {
    try open(key, in: bucket).metadata
  }

  /// Removes an object.
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(
    _ key: [UInt8], in bucket: String, if precondition: Precondition = .none
  ) throws(StorageError) -> Bool {
    let folder = try folder(bucket)
    return try changing(key, in: bucket, makesRoom: true) { () throws(StorageError) in
      let changed = try withNamespaceLock(of: folder) { () throws(StorageError) in
        try check(precondition, of: key, in: folder)
        return try unlink(key, in: folder)
      }
      do throws(StorageError) {
        try index.change { [self] (connection) throws(DatabaseError) in
          // Somebody may have put another one meanwhile.
          if try !isThere(key, in: bucket) { try connection.unlist(key, in: try connection.bucketID(bucket)) }
        }
      } catch  where error == .full && changed != nil {
        // It is gone all the same, and has made room: it is listed no longer once there is enough.
        intents.settleLater(.init(bucket: bucket, key: key))
      }
      guard let changed else { return false }
      try finish(changed, of: key, in: folder)
      return true
    }
  }

  /// Changes metadata of an object in place, such as its tags; its bytes and their entity tag stay.
  public func change(
    _ key: [UInt8], in bucket: String, _ change: MetadataChange
  ) throws(StorageError) {
    let folder = try folder(bucket)
    try withNamespaceLock(of: folder) { () throws(StorageError) in
      guard let location = try ObjectLocation.find(key, in: folder), let file = try file(at: location) else {
        throw .noSuchKey
      }
      let metadata = change.applied(to: try folder.metadata(of: file, named: key))
      // Where it is not known, the sweep of leftovers finds it.
      let old = try? folder.sidecarName(of: file)
      try folder.record(metadata, of: key, on: file)
      do throws(Errno) {
        try file.synchronize()
        if let old, try old != folder.sidecarName(of: file) { folder.removeSidecar(old, of: key) }
      } catch {
        throw StorageError(error, "changing an object's metadata")
      }
    }
  }

  // MARK: Steps

  /// Runs a change of what a key names, so that it is settled later if it does not come to its end.
  private func changing<Value>(
    _ key: [UInt8], in bucket: String, makesRoom: Bool = false, _ body: () throws(StorageError) -> Value
  ) throws(StorageError) -> Value {
    let value = try intents.withIntent(.init(bucket: bucket, key: key), makesRoom: makesRoom, body)
    // The store works: perhaps what failed before does now.
    intents.settleFailed(settle)
    return value
  }

  /// Evaluates a condition. Only while nobody else changes names.
  func check(_ precondition: Precondition, of key: [UInt8], in folder: BucketFolder) throws(StorageError) {
    guard !precondition.isEmpty else { return }
    try precondition.check(try currentMetadata(key, in: folder))
  }

  private func currentMetadata(_ key: [UInt8], in folder: BucketFolder) throws(StorageError) -> ObjectMetadata? {
    guard let location = try ObjectLocation.find(key, in: folder), let file = try file(at: location) else { return nil }
    return try folder.metadata(of: file, named: key)
  }

  /// Lists an object that has got its name, unless it has been replaced or removed since: whoever did that lists what
  /// is there now, after this.
  private func list(_ entry: BucketIndex.Entry, at location: ObjectLocation, in folder: BucketFolder)
    throws(StorageError)
  {
    try index.change { [self] (connection) throws(DatabaseError) in
      var isThere = try isThere(entry, at: location)
      // It may have given way to a folder.
      if !isThere { isThere = try self.isThere(entry, in: folder) }
      if isThere { try connection.list(entry, in: try connection.bucketID(folder.name)) }
    }
  }

  /// Whether there is an object with this key. For transactions of the index, as those that follow.
  func isThere(_ key: [UInt8], in bucket: String) throws(DatabaseError) -> Bool {
    do throws(StorageError) {
      // The one that has the name now, since the list is by names: it may have been deleted and made again.
      return try ObjectLocation.find(key, in: try folder(bucket)) != nil
    } catch .noSuchBucket {
      return false
    } catch {
      throw DatabaseError(error)
    }
  }

  /// Whether the file of an entry is still there.
  func isThere(_ entry: BucketIndex.Entry, in folder: BucketFolder) throws(DatabaseError) -> Bool {
    let location: ObjectLocation?
    do throws(StorageError) { location = try ObjectLocation.find(entry.key, in: folder) } catch {
      throw DatabaseError(error)
    }
    return try isThere(entry, at: location)
  }

  private func isThere(_ entry: BucketIndex.Entry, at location: ObjectLocation?) throws(DatabaseError) -> Bool {
    do throws(StorageError) { return try location?.recordedVersion() == entry.recordedVersion } catch {
      throw DatabaseError(error)
    }
  }

  func synchronize(_ folder: SharedDescriptor) throws(StorageError) {
    do throws(Errno) { try synchronizeFolder(folder) } catch { throw StorageError(error, "syncing a folder") }
  }
}
