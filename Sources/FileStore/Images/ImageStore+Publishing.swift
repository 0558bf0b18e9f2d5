internal import Posix

extension ImageStore {
  /// Gives the file its name, with its facts; when this returns, it survives a power cut and is in the list.
  /// Throws `exists` if the name is taken, `blocked` if the picture is. After any error nothing of the file is left.
  public func publish(_ file: consuming StagedFile, _ facts: ImageFacts) throws(StoreError) {
    guard facts.content.size == file.size else {
      throw .io(.invalidArgument, context: "facts of another file")
    }
    try refuseBlocked(facts)
    let stamp = try seal(file, with: facts)
    let intent = Intent(name: facts.name, owner: owner.text)
    try index.note(intent)
    do {
      try synchronize(file)
      try folder.link(file, as: facts.name)
    } catch {
      try? index.drop(intent)
      throw error
    }
    do {
      try folder.synchronize()
      try index.settle(intent, with: .init(facts: facts, stamp: stamp)) { [self] stamp in isThere(facts.name, stamp) }
      // Whoever blocked it meanwhile may have looked for copies before this one was in the index.
      try refuseBlocked(facts)
    } catch {
      // The caller will say that the upload failed: then the file must not be there.
      try? folder.unlink(facts.name)
      try? folder.synchronize()
      try? index.drop(intent)
      if error == .blocked { try? index.remove(facts.name) }
      throw error
    }
  }

  private func refuseBlocked(_ facts: ImageFacts) throws(StoreError) {
    if try blocked.contains(facts.content.sha256) { throw .blocked }
  }

  /// Makes the file what it is to be once it is named.
  private func seal(_ file: borrowing StagedFile, with facts: ImageFacts) throws(StoreError) -> FileStamp {
    let status: FileStatus
    do throws(Errno) {
      status = try file.file.status()
      // nginx, which runs as another user, reads it, whatever the umask was.
      try file.file.setMode(0o644)
    } catch {
      throw StoreError(error, "sealing a staged file")
    }
    try file.file.record(RecordedFacts(facts, modified: status.modified))
    return FileStamp(status)
  }

  private func synchronize(_ file: borrowing StagedFile) throws(StoreError) {
    do throws(Errno) {
      try file.file.synchronize()
    } catch {
      throw StoreError(error, "syncing a staged file")
    }
  }

  /// Settles what processes left half done that are gone: names that they gave but did not list, and temporary files.
  /// For a new worker to call; living ones are not disturbed.
  public func settleIntents() throws(StoreError) {
    let abandoned = try index.intents().filter { intent in
      OwnerIdentity(intent.owner)?.isGone(boot: boot) ?? true
    }
    // A name may have been given and not yet made durable.
    if !abandoned.isEmpty { try folder.synchronize() }
    for intent in abandoned {
      var entry: ImageIndex.Entry?
      if case .image(let found) = try examine(intent.name) { entry = found }
      try index.settle(intent, with: entry) { [self] stamp in isThere(intent.name, stamp) }
    }
    try folder.removeAbandoned(boot: boot)
    try thumbnails.removeAbandoned(boot: boot)
  }
}
