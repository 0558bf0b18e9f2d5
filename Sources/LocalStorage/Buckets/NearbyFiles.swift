internal import Posix
internal import Storage

/// Finds the files of keys that follow one another, most of them in the same folder: it is opened once.
///
/// A file whose folder was removed and made again in between is not found: whoever put it lists it.
struct NearbyFiles {
  private let bucket: BucketFolder
  private var last: (path: [String], folder: SharedDescriptor)?

  init(in bucket: BucketFolder) {
    self.bucket = bucket
  }

  /// The file of a key, and its state; nil where there is none.
  mutating func find(_ path: KeyPath) throws(StorageError) -> (
    location: ObjectLocation, recordedVersion: RecordedVersion
  )? {
    if let last, last.path == path.folders { return try ObjectLocation.find(path, in: last.folder) }
    last = nil
    guard let folder = try bucket.open(path.folders) else { return nil }
    let shared = SharedDescriptor(folder)
    last = (path.folders, shared)
    return try ObjectLocation.find(path, in: shared)
  }
}
