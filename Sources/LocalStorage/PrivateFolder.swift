public import Storage
internal import DurableFiles
internal import Posix

/// `.vitrine/` in the data folder: the index, remembered checksums, the secret. Nobody else may look into it.
public final class PrivateFolder: Sendable {
  private static let name = ".vitrine"

  let path: String
  let descriptor: FileDescriptor
  private let dataFolder: FileDescriptor
  private let dataFolderPath: String

  /// Opens the folder of a data folder, and makes both where they are missing.
  public init(dataFolder: String) throws(StorageError) {
    // First: otherwise it would get the private one's mode.
    self.dataFolder = try openFolder(dataFolder, mode: FolderMode.served)
    dataFolderPath = dataFolder
    let path = "\(dataFolder)/\(Self.name)"
    descriptor = try openFolder(path, mode: FolderMode.hidden)
    // The data folder may be a link, but SQLite follows none.
    self.path = descriptor.resolvedPath() ?? path
  }

  /// Whether this folder has no name any more, or another one has it, or what is always in it is gone: somebody has deleted
  /// it. False where the data folder itself is gone, such as a disk that was unmounted.
  public var isLost: Bool {
    do throws(Errno) {
      let above = try dataFolder.status()
      let stillAbove = try fileStatus(atPath: dataFolderPath)
      guard above.device == stillAbove.device, above.inode == stillAbove.inode else { return false }
      guard let named = try dataFolder.statusIfPresent(of: Self.name) else { return true }
      let own = try descriptor.status()
      guard named.device == own.device, named.inode == own.inode else { return true }
      return try descriptor.statusIfPresent(of: Self.secretName) == nil
    } catch {
      return false
    }
  }

  /// Makes the folder anew, where it was deleted, with the secret that it had: links that were handed out hold on.
  public func remake(secret: [UInt8]) throws(StorageError) {
    let folder = try openFolder(path, mode: FolderMode.hidden)
    try Self.keep(secret, in: folder)
  }
}
