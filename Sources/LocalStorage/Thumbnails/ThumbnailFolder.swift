internal import DurableFiles
internal import Posix
internal import Storage

/// Thumbnails on disk, where nginx serves them from: `thumbs/<name of the picture>` of a data folder, and
/// `thumbs/2x/<name>` for dense screens. All of it can be thrown away and made again.
final class ThumbnailFolder: Sendable {
  private let folders: [ThumbnailDensity: StoredFolder]

  init(dataFolder: String, owner: OwnerIdentity, allowsUnnamed: Bool = true) throws(StorageError) {
    let path = "\(dataFolder)/thumbs"
    folders = [
      .single: try StoredFolder(path: path, owner: owner, allowsUnnamed: allowsUnnamed),
      .double: try StoredFolder(
        path: "\(path)/\(ThumbnailDensity.double.rawValue)", owner: owner, allowsUnnamed: allowsUnnamed),
    ]
  }

  /// Keeps a thumbnail. One that is there already stays: it is of the same picture.
  func keep(_ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity) throws(StorageError) {
    guard let folder = folders[density] else { return }
    var file = try folder.stage()
    try file.write(bytes.span)
    do throws(Errno) {
      try file.file.setMode(0o644)
      // Or a power cut could leave the name with nothing behind it, for good.
      try file.file.synchronizeData()
    } catch {
      throw StorageError(error, "keeping a thumbnail")
    }
    do { try folder.link(file, as: name) } catch .objectExists {}
  }

  /// Removes the thumbnails of a picture.
  func remove(_ name: StoredName) {
    // The picture's own removal must not fail for them.
    for folder in folders.values { try? folder.unlink(name) }
  }

  /// Removes the temporary files of processes that are gone.
  func removeAbandoned(boot: String) throws(StorageError) {
    for folder in folders.values { try folder.removeAbandoned(boot: boot) }
  }
}
