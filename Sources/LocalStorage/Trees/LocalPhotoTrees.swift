public import Storage

/// The photo folders of this host as trees, where all other trees lie elsewhere.
public struct LocalPhotoTrees: TreeStore {
  private let photos: PhotoFolders
  private let threads: DiskThreads
  private let checksums: ChecksumFinder

  /// - Parameters:
  ///   - memory: remembered checksums.
  ///   - threads: those that may wait for the files' disks.
  public init(_ photos: PhotoFolders, memory: ChecksumMemory, threads: DiskThreads) {
    self.photos = photos
    self.threads = threads
    checksums = ChecksumFinder(memory: memory, threads: threads)
  }

  /// A tree of photo folders, whatever bucket the selection names. It is looked for when it is listed.
  public func tree(_ selection: TreeSelection) -> any Tree {
    let files: any TreeFiles =
      switch selection.scope {
      case .prefix(let prefix):
        PhotoTree(folders: photos, path: Array(prefix.dropLast()), filter: selection.filter)
      case .chosen(let chosen):
        ChosenTree(chosen, of: PhotoTree(folders: photos, path: [], filter: selection.filter))
      }
    return LocalTree(files: files, threads: threads, checksums: checksums)
  }
}
