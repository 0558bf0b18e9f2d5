internal import DurableFiles
internal import Posix
internal import Storage

extension ImageStore {
  /// Gives the file its name, with its metadata; when this returns, it survives a power cut and is in the list.
  /// Throws `exists` if the name is taken, `blocked` if the picture is. After any error nothing of the file is left.
  func publish(_ file: consuming StagedFile, _ metadata: PictureMetadata) throws(StorageError) {
    guard metadata.content.size == file.size else {
      throw .io(.invalidArgument, context: "metadata of another file")
    }
    try refuseBlocked(metadata)
    if published.count >= PublishedPictures.limit { try listPublished() }
    let entry = ImageIndex.Entry(metadata: metadata, recordedVersion: try seal(file, with: metadata))
    // Before it can be asked for.
    if metadata.expiresAt != nil { try expiryMarks.add(metadata.name) }
    let number: UInt64
    do {
      number = try published.note(metadata.name)
    } catch {
      takeBackMark(metadata)
      throw error
    }
    do {
      try synchronize(file)
      try folder.link(file, as: metadata.name)
    } catch {
      takeBackMark(metadata)
      published.forget(number)
      throw error
    }
    do {
      try folder.synchronize()
      published.published(entry, number)
      // Whoever blocked it meanwhile may have looked for copies before this one could be found.
      try refuseBlocked(metadata)
    } catch {
      takeBack(entry, number)
      throw error
    }
  }

  /// The caller will say that the upload failed: then the file must not be there.
  private func takeBack(_ entry: ImageIndex.Entry, _ number: UInt64) {
    do {
      try remove(entry.metadata.name)
      published.forget(number)
    } catch .noSuchKey {
      published.forget(number)
    } catch {
      // It is there all the same, and is not to be so without being listed.
      published.published(entry, number)
    }
  }

  /// The picture did not get its name. Another that has it already keeps its mark.
  private func takeBackMark(_ metadata: PictureMetadata) {
    guard metadata.expiresAt != nil, (try? folder.status(of: metadata.name)) == .some(nil) else { return }
    expiryMarks.remove(metadata.name)
  }

  private func refuseBlocked(_ metadata: PictureMetadata) throws(StorageError) {
    if try blocked.contains(metadata.content.sha256) { throw .refused(.blocked) }
  }

  /// Makes the file what it is to be once it is named.
  private func seal(_ file: borrowing StagedFile, with metadata: PictureMetadata) throws(StorageError)
    -> RecordedVersion
  {
    let status: FileStatus
    do throws(Errno) {
      status = try file.file.status()
      // nginx, which runs as another user, reads it, whatever the umask was.
      try file.file.setMode(0o644)
    } catch {
      throw StorageError(error, "sealing a staged file")
    }
    try file.file.record(PictureAttributes(metadata, modified: status.modified))
    return RecordedVersion(status)
  }

  private func synchronize(_ file: borrowing StagedFile) throws(StorageError) {
    do throws(Errno) {
      try file.file.synchronize()
    } catch {
      throw StorageError(error, "syncing a staged file")
    }
  }

  /// Settles what processes left half done that are gone: names that they gave but did not list, and temporary files.
  /// For a new worker to call; living ones are not disturbed.
  func settleIntents() throws(StorageError) {
    try published.settleAbandoned(boot: boot) { (names) throws(StorageError) in
      // A name may have been given and not yet made durable.
      try folder.synchronize()
      for name in try list(names) {
        // Its process did not come to its last look at the list of those blocked.
        guard let metadata = try metadata(of: name), try blocked.contains(metadata.content.sha256) else { continue }
        do throws(StorageError) { try remove(name) } catch .noSuchKey {}
      }
    }
    try folder.removeAbandoned(boot: boot)
    try thumbnails.removeAbandoned(boot: boot)
  }
}
