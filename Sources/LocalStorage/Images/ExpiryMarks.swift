internal import DurableFiles
internal import Posix
internal import Storage

/// Tells nginx which pictures vanish by themselves, so that no cache is allowed to keep them: for each there is an empty file
/// of its name in `images/.expiring/`, a folder that is not served.
///
/// A mark is made, durably, before the picture gets its name, and is removed after it is gone. The truth stands in the
/// picture's metadata: marks that were lost are made anew from it.
struct ExpiryMarks: Sendable {
  private static let folderName = ".expiring"
  /// Seconds after which a mark without a picture is no upload's that is under way.
  private static let uploadTime: Int64 = 3_600

  private let path: String

  init(imagesFolder: String) {
    path = "\(imagesFolder)/\(Self.folderName)"
  }

  /// Marks a picture, unless it is marked already.
  func add(_ name: StoredName) throws(StorageError) {
    // Opened each time: somebody may have removed it while the program runs.
    let folder = try openFolder(path, mode: FolderMode.served)
    do throws(Errno) {
      do throws(Errno) {
        // nginx, which runs as another user, looks for it, whatever the umask was.
        try folder.open(name.text, [.writeOnly, .create, .exclusive, .noFollow]).setMode(0o644)
      } catch .fileExists {
        // Whoever made it may not have come to the sync.
      }
      try folder.synchronize()
    } catch {
      throw StorageError(error, "marking \(name) as one that expires")
    }
  }

  /// Removes a picture's mark, if it has one. One that stays does no harm: a cache asks more often than it needs to.
  func remove(_ name: StoredName) {
    try? FileDescriptor.open(path, [.readOnly, .directory]).unlink(name.text)
  }

  /// The pictures that are marked, and those of them whose marks are too old to be of an upload that is under way.
  func names(at now: Timestamp) throws(StorageError) -> (all: Set<StoredName>, settled: Set<StoredName>) {
    let folder = try openFolder(path, mode: FolderMode.served)
    do throws(Errno) {
      var stream = try DirectoryStream(reading: folder)
      var (all, settled): (Set<StoredName>, Set<StoredName>) = ([], [])
      while let entry = try stream.next() {
        guard let name = StoredName(entry.name), let status = try folder.statusIfPresent(of: name.text) else {
          continue
        }
        all.insert(name)
        if status.modified.seconds < now.seconds - Self.uploadTime { settled.insert(name) }
      }
      return (all, settled)
    } catch {
      throw StorageError(error, "reading the marks of pictures that expire")
    }
  }
}

extension ImageStore {
  /// Marks the pictures that vanish by themselves and are not marked yet, and removes the marks of those that are gone.
  /// For pictures of older programs, and folders that were copied without the marks.
  public func reconcileExpiryMarks() throws(StorageError) {
    try prepareToRead()
    let expiring = try index.expiring()
    let marked = try expiryMarks.names(at: Clock.now())
    for name in expiring.subtracting(marked.all) {
      if try folder.status(of: name) != nil { try expiryMarks.add(name) }
    }
    for name in marked.settled.subtracting(expiring) {
      if try folder.status(of: name) == nil { expiryMarks.remove(name) }
    }
  }
}
