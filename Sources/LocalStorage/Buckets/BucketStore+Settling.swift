internal import DurableFiles
internal import Posix
public import Storage

/// Settling what was left half done: by processes that are gone, or by this one where something failed.
extension BucketStore {
  /// Settles what processes left half done that are gone. What cannot be settled is reported, and stays for another time. For
  /// a new worker to call.
  public func settleIntents() throws(StorageError) {
    try intents.settleAbandoned(boot: boot, log: log, settle)
    for name in try names() {
      guard let folder = try? folder(name) else { continue }
      do throws(Errno) { try folder.staging.removeAbandoned(boot: boot) } catch .noSuchFile {
        // The bucket was deleted at this moment.
      } catch {
        log("cannot remove abandoned uploads of bucket \(name): \(error)")
      }
    }
  }

  /// Makes durable, and lists, what is there under a key now.
  func settle(_ intent: IntentJournal.Intent) throws(StorageError) {
    let folder: BucketFolder
    do throws(StorageError) { folder = try self.folder(intent.bucket) } catch .noSuchBucket {
      return
    }
    if let location = try ObjectLocation.find(intent.key, in: folder) { try synchronize(location.folder) }
    var unreadable = UnreadableFiles()
    try examine([intent.key], in: folder, &unreadable)
    try drop([intent.key], in: folder, &unreadable)
    if let error = unreadable.first { throw error }
  }
}
