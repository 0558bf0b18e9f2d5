public import Storage
internal import DurableFiles
internal import Posix

extension PrivateFolder {
  /// Removes halves of files that processes left behind when they were killed: there are secrets in them. Whoever writes
  /// such a file holds the folder's lock, so that what is there while this holds it is nobody's.
  public func removeAbandoned() throws(StorageError) {
    do throws(Errno) {
      let lock = try descriptor.lockFolder()
      defer { withExtendedLifetime(lock) {} }
      for entry in try descriptor.directoryEntries() {
        let name = String(decoding: entry.name, as: UTF8.self)
        guard ReplacedFile.isTemporary(name), try descriptor.statusIfPresent(of: name)?.isRegular == true else {
          continue
        }
        do throws(Errno) { try descriptor.unlink(name) } catch .noSuchFile {}
      }
    } catch {
      throw StorageError(error, "removing what was left behind")
    }
  }
}
