internal import Posix

/// Settling what was left half done: by processes that are gone, or by this one where something failed.
extension BucketStore {
  /// Settles what processes left half done that are gone. For a new worker to call.
  public func settleIntents() throws(BucketError) {
    try intents.settleAbandoned(boot: boot, settle)
    for name in try names() {
      if let folder = try? folder(name) { removeAbandoned(in: folder) }
    }
  }

  /// Makes durable, and lists, what is there under a key now.
  func settle(_ intent: IntentJournal.Intent) throws(BucketError) {
    let folder: BucketFolder
    do throws(BucketError) { folder = try self.folder(intent.bucket) } catch .noSuchBucket {
      return
    }
    if let place = try ObjectPlace.find(intent.key, in: folder) { try synchronize(place.folder) }
    var unreadable = UnreadableFiles()
    try examine([intent.key], in: folder, &unreadable)
    try drop([intent.key], in: folder, &unreadable)
    if let error = unreadable.first { throw error }
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
