internal import Posix
internal import Storage
internal import Synchronization

/// What a scan could not look at: it stays listed as it was, and it is reported to the operator.
struct UnreadableFiles: Sendable {
  private(set) var count = 0
  private(set) var first: StorageError?

  /// Notes one. Throws the error itself where it is not about this file: then the scan is to be made again as a whole.
  mutating func add(_ error: StorageError) throws(StorageError) {
    guard error.isAboutOneFile else { throw error }
    count += 1
    first = first ?? error
  }
}

extension BucketStore {
  /// Reports what a scan of a bucket could not look at, unless it was reported before.
  func report(_ unreadable: UnreadableFiles, in bucket: String) {
    let line = unreadable.first.map {
      "\(unreadable.count) files or folders of bucket \(bucket) cannot be read: \($0)"
    }
    let isNew = reported.withLock { reported in
      defer { reported[bucket] = line }
      return reported[bucket] != line
    }
    if isNew, let line { log(line) }
  }
}
