internal import Posix
internal import Storage
internal import Synchronization

/// What a scan could not look at: it stays listed as it was, and the operator is told.
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
  /// Tells what a scan of a bucket could not look at, unless it was told before.
  func tell(_ unreadable: UnreadableFiles, in bucket: String) {
    let line = unreadable.first.map {
      "\(unreadable.count) files or folders of bucket \(bucket) cannot be read: \($0)"
    }
    let isNew = told.withLock { told in
      defer { told[bucket] = line }
      return told[bucket] != line
    }
    if isNew, let line { log(line) }
  }
}
