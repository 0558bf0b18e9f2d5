internal import Posix

/// `.vitrine/` in the data folder: the index, remembered checksums, the secret. Nobody else may look into it.
public final class PrivateFolder: Sendable {
  let path: String
  let descriptor: FileDescriptor

  /// Opens the folder of a data folder, and makes both where they are missing.
  public init(dataFolder: String) throws(StoreError) {
    // First, lest it get the private one's mode.
    _ = try openFolder(dataFolder, mode: FolderMode.served)
    path = "\(dataFolder)/.vitrine"
    descriptor = try openFolder(path, mode: FolderMode.hidden)
  }
}
