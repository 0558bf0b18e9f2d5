internal import Database
internal import Digests
internal import Posix

extension BucketStore {
  /// What has to hold of the object that a change would replace; nil where there is none. Throws
  /// `preconditionFailed` or `noSuchKey` where it does not.
  public typealias Condition = @Sendable (ObjectFacts?) throws(BucketError) -> Void

  /// Begins a file on a bucket's mount that nobody can see.
  public func stage(in bucket: String) throws(BucketError) -> StagedFile {
    let folder = try folder(bucket)
    do throws(StoreError) { return try folder.stage() } catch { throw .store(error) }
  }

  /// Gives a staged file its key, replacing what stood there; when this returns, it survives a power cut and is listed.
  public func put(
    _ file: consuming StagedFile, as key: [UInt8], in bucket: String, _ facts: ObjectFacts,
    condition: Condition = { _ in }
  ) throws(BucketError) {
    let folder = try folder(bucket)
    try folder.record(facts, on: file.file)
    do throws(Errno) {
      try file.file.setMode(0o644)
      try file.file.synchronize()
    } catch {
      throw BucketError(error, "syncing an object")
    }
    let stamp: FileStamp
    do throws(Errno) { stamp = FileStamp(try file.file.status()) } catch {
      throw BucketError(error, "looking at an object")
    }
    try note(key, in: bucket)
    let temporary = "put-\(owner.text)-\(Hexadecimal.encode(SecureRandom.bytes(8)))"
    let named: (replaced: String?, folder: SharedDescriptor)
    do throws(BucketError) {
      named = try alone { (session) throws(BucketError) in
        try condition(try currentFacts(key, in: folder))
        let place = try ObjectPlace.make(key, in: folder)
        let old = folder.sidecarName(at: place)
        do throws(Errno) {
          try file.file.link(as: temporary, in: folder.hidden.descriptor)
          try folder.hidden.descriptor.rename(temporary, to: place.name, in: place.folder)
          place.removeShadow(of: key)
        } catch {
          try? folder.hidden.descriptor.unlink(temporary)
          throw BucketError(error, "naming an object")
        }
        let entry = BucketIndex.Entry(
          key: key, size: facts.size, modified: facts.modified, etag: facts.etag, owner: facts.owner, stamp: stamp)
        do throws(DatabaseError) {
          try session.list(entry, in: try session.bucketID(bucket))
          try session.dropIntent(bucket, key, owner.text)
        } catch {
          throw BucketError(error)
        }
        return (old, place.sharedFolder())
      }
    } catch {
      try? forget(key, in: bucket)
      throw error
    }
    // Outside of the transaction, so that other writers do not wait for this disk.
    try synchronize(named.folder)
    if let replaced = named.replaced { folder.removeSidecar(replaced) }
  }

  /// Opens an object.
  public func open(_ key: [UInt8], in bucket: String) throws(BucketError) -> OpenObject {
    let folder = try folder(bucket)
    guard let place = try ObjectPlace.find(key, in: folder) else { throw .noSuchKey }
    do throws(Errno) {
      let file = try place.open()
      guard try file.status().isRegular else { throw Errno.noSuchFile }
      let facts: ObjectFacts
      do throws(BucketError) { facts = try folder.facts(of: file, named: key) } catch { throw Errno.inputOutput }
      return OpenObject(file: SharedDescriptor(file), facts: facts)
    } catch .noSuchFile {
      throw .noSuchKey
    } catch {
      throw BucketError(error, "opening an object")
    }
  }

  /// The facts of an object.
  public func facts(of key: [UInt8], in bucket: String) throws(BucketError) -> ObjectFacts {
    try open(key, in: bucket).facts
  }

  /// Removes an object.
  /// - Returns: whether there was one.
  @discardableResult
  public func remove(
    _ key: [UInt8], in bucket: String, condition: Condition = { _ in }
  ) throws(BucketError) -> Bool {
    let folder = try folder(bucket)
    try note(key, in: bucket)
    do throws(BucketError) {
      let changed: SharedDescriptor? = try alone { (session) throws(BucketError) in
        try condition(try currentFacts(key, in: folder))
        let changed = try unlink(key, in: folder)
        do throws(DatabaseError) {
          try session.unlist(key, in: try session.bucketID(bucket))
          try session.dropIntent(bucket, key, owner.text)
        } catch {
          throw BucketError(error)
        }
        return changed
      }
      guard let changed else { return false }
      try synchronize(changed)
      return true
    } catch {
      try? forget(key, in: bucket)
      throw error
    }
  }

  /// Changes facts of an object in place, such as its tags; its bytes and their entity tag stay.
  public func change(
    _ key: [UInt8], in bucket: String, _ change: @Sendable (inout ObjectFacts) -> Void
  ) throws(BucketError) {
    let folder = try folder(bucket)
    try alone { (_) throws(BucketError) in
      guard let place = try ObjectPlace.find(key, in: folder) else { throw .noSuchKey }
      do throws(Errno) {
        let file = try place.open()
        let old = folder.sidecarName(of: file)
        do throws(BucketError) {
          var facts = try folder.facts(of: file, named: key)
          change(&facts)
          try folder.record(facts, on: file)
        } catch {
          throw Errno.inputOutput
        }
        try file.synchronize()
        if let old, old != folder.sidecarName(of: file) { folder.removeSidecar(old) }
      } catch {
        throw BucketError(error, "changing an object's facts")
      }
    }
  }

  // MARK: Steps

  private func currentFacts(_ key: [UInt8], in folder: BucketFolder) throws(BucketError) -> ObjectFacts? {
    guard let place = try ObjectPlace.find(key, in: folder), let file = try? place.open() else { return nil }
    return try folder.facts(of: file, named: key)
  }

  /// - Returns: the folder that is to be synced; nil where there was no object.
  private func unlink(_ key: [UInt8], in folder: BucketFolder) throws(BucketError) -> SharedDescriptor? {
    guard let place = try ObjectPlace.find(key, in: folder) else { return nil }
    let sidecar = folder.sidecarName(at: place)
    do throws(Errno) {
      try place.folder.unlink(place.name)
      place.removeShadow(of: key)
    } catch .noSuchFile {
      return nil
    } catch {
      throw BucketError(error, "removing an object")
    }
    if let sidecar { folder.removeSidecar(sidecar) }
    let changed = place.sharedFolder()
    ObjectPlace.removeEmptyFolders(of: key, in: folder)
    return changed
  }

  private func synchronize(_ folder: SharedDescriptor) throws(BucketError) {
    do throws(Errno) { try folder.descriptor.synchronize() } catch { throw BucketError(error, "syncing a folder") }
  }

  private func note(_ key: [UInt8], in bucket: String) throws(BucketError) {
    _ = try reading { (session) throws(DatabaseError) in
      try session.noteIntent(bucket, key, owner.text)
      return true
    }
  }

  private func forget(_ key: [UInt8], in bucket: String) throws(BucketError) {
    _ = try reading { (session) throws(DatabaseError) in
      try session.dropIntent(bucket, key, owner.text)
      return true
    }
  }
}
