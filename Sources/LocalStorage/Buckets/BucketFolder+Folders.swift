internal import DurableFiles
internal import Posix
internal import Storage

extension BucketFolder {
  /// The longest path that is opened at once: the kernel takes 4,095 bytes, and a key of slashes has more than that.
  private static let longestPath = 4_000

  /// Opens a folder of the bucket by the names that lead to it; nil where there is none.
  func open(_ folders: [String]) throws(StorageError) -> FileDescriptor? {
    do throws(Errno) {
      var folder = try root.descriptor.duplicate()
      var path: [UInt8] = []
      for name in folders {
        if path.count + name.utf8.count >= Self.longestPath {
          folder = try folder.openBeneath(path, [.readOnly, .directory])
          path.removeAll(keepingCapacity: true)
        }
        if !path.isEmpty { path.append(UInt8(ascii: "/")) }
        path += name.utf8
      }
      return path.isEmpty ? folder : try folder.openBeneath(path, [.readOnly, .directory])
    } catch .noSuchFile, .notDirectory, .symbolicLoop, .nameTooLong {
      return nil
    } catch {
      throw StorageError(error, "looking for a folder of bucket \(name)")
    }
  }

  /// Removes folders without files, which others made or left behind.
  /// - Returns: whether nothing is left but the private folder. Files that the index does not know yet may be.
  func removeEmptyFolders() throws(StorageError) -> Bool {
    var folders: [[String]] = [[]]
    var next = 0
    do throws(Errno) {
      while next < folders.count {
        let path = folders[next]
        next += 1
        guard let folder = try? open(path) else { continue }
        for entry in try folder.directoryEntries() {
          let name = String(decoding: entry.name, as: UTF8.self)
          if path.isEmpty, name == Self.hiddenName { continue }
          guard entry.kind == .directory || entry.kind == .unknown else { return false }
          folders.append(path + [name])
        }
      }
      for path in folders.dropFirst().reversed() {
        guard let name = path.last, let parent = try? open(path.dropLast()) else { continue }
        try parent.removeDirectory(name)
      }
      return true
    } catch .notEmpty, .notDirectory {
      return false
    } catch {
      throw StorageError(error, "removing the empty folders of bucket \(name)")
    }
  }
}
