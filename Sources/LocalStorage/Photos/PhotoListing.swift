internal import DurableFiles
internal import Posix
public import Storage
internal import Synchronization

/// Photos in the order of their paths' bytes, for one listing: directories are read when it comes to them, and no
/// directory twice.
public final class PhotoListing: Sendable {
  /// Bytes of a path that may be a key.
  private static let longestPath = 1_024

  private let folders: PhotoFolders
  /// What directories hold, by their paths with a slash at the end.
  private let known = Mutex<[[UInt8]: [Name]]>([:])

  /// A name in a directory: with a slash at its end where it is one of a directory, so that the order of names is the
  /// order of the paths that begin with them.
  private struct Name {
    var bytes: [UInt8]
    var isDirectory: Bool { bytes.last == UInt8(ascii: "/") }
  }

  /// A listing that has not begun.
  public init(_ folders: PhotoFolders) {
    self.folders = folders
  }

  /// Files from a place on. What is no UTF-8 has no key and is left out.
  public func files(from start: ListingStart, limit: Int) throws(StorageError) -> [ListedObject] {
    var cursor = Cursor(start: start, limit: limit)
    guard limit > 0 else { return [] }
    let root: SharedDescriptor
    do throws(Errno) { root = SharedDescriptor(try folders.openRoot()) } catch {
      throw StorageError(error, "opening the folder of all photo folders")
    }
    try known.withLock { (known) throws(StorageError) in
      try enter([], below: root.descriptor, &cursor, &known)
    }
    return cursor.found
  }

  private struct Cursor {
    let start: ListingStart
    let limit: Int
    var found: [ListedObject] = []

    var isFull: Bool { found.count >= limit }

    /// The first path that may be wanted.
    var bound: [UInt8] {
      switch start {
      case .beginning: []
      case .at(let path), .after(let path): path
      }
    }

    func wants(_ path: [UInt8]) -> Bool {
      switch start {
      case .beginning: true
      case .at(let bound): !path.lexicographicallyPrecedes(bound)
      case .after(let bound): bound.lexicographicallyPrecedes(path)
      }
    }

    /// Whether a directory may hold what is wanted.
    func wantsAny(below directory: [UInt8]) -> Bool {
      wants(directory) || bound.starts(with: directory)
    }
  }

  private func enter(
    _ path: [UInt8], below root: borrowing FileDescriptor, _ cursor: inout Cursor, _ known: inout [[UInt8]: [Name]]
  ) throws(StorageError) {
    let names = try Self.names(in: path, below: root, &known)
    // Names before the one that the bound goes through cannot be wanted.
    let bound = cursor.bound
    let rest = bound.starts(with: path) ? Array(bound[path.count...]) : []
    for name in names[Self.firstIndex(in: names, notBefore: rest)...] {
      if cursor.isFull { return }
      let full = path + name.bytes
      guard full.count <= Self.longestPath else { continue }
      if name.isDirectory {
        // What is nested deeper is in no archive either. The first level is that of the photo folders themselves.
        guard full.lazy.filter({ $0 == UInt8(ascii: "/") }).count <= folders.limits.depth + 1 else { continue }
        if cursor.wantsAny(below: full) { try enter(full, below: root, &cursor, &known) }
      } else if cursor.wants(full), let status = try Self.status(of: full, below: root) {
        cursor.found.append(ListedObject(key: full, ObjectMetadata(ofForeignFile: status, key: full)))
      }
    }
  }

  /// The first name that is not before a path, or leads to it.
  private static func firstIndex(in names: [Name], notBefore path: [UInt8]) -> Int {
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle].bytes.lexicographicallyPrecedes(path) { low = middle + 1 } else { high = middle }
    }
    // A directory comes right before what is in it.
    return low > 0 && path.starts(with: names[low - 1].bytes) ? low - 1 : low
  }

  private static func names(
    in path: [UInt8], below root: borrowing FileDescriptor, _ known: inout [[UInt8]: [Name]]
  ) throws(StorageError) -> [Name] {
    if let names = known[path] { return names }
    var names: [Name] = []
    do throws(Errno) {
      let directory = try root.openBeneath(
        path.isEmpty ? Array(".".utf8) : Array(path.dropLast()), [.readOnly, .directory])
      for entry in try directory.directoryEntries() {
        guard entry.name.first != UInt8(ascii: "."), String(validating: entry.name, as: UTF8.self) != nil else {
          continue
        }
        switch try Self.kind(of: entry, in: directory) {
        case .regular: names.append(Name(bytes: entry.name))
        case .directory: names.append(Name(bytes: entry.name + [UInt8(ascii: "/")]))
        default: continue
        }
      }
    } catch .noSuchFile, .notDirectory, .symbolicLoop {
      // It went since its parent was read.
    } catch  where !path.isEmpty && (error == .accessDenied || error == .notPermitted) {
      // What may not be read hides nothing else. `vitrine check` names it, and so does whoever is asked for an archive.
    } catch {
      throw StorageError(error, "listing \(String(decoding: path, as: UTF8.self))")
    }
    names.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    known[path] = names
    return names
  }

  /// What an entry is, also on a file system that does not say; `special` for one that is gone by now.
  static func kind(
    of entry: DirectoryEntry, in directory: borrowing FileDescriptor
  ) throws(Errno) -> DirectoryEntry.Kind {
    guard entry.kind == .unknown else { return entry.kind }
    do throws(Errno) {
      let status = try directory.status(of: entry.name)
      return status.isDirectory ? .directory : status.isRegular ? .regular : .special
    } catch .noSuchFile {
      return .special
    }
  }

  private static func status(of path: [UInt8], below root: borrowing FileDescriptor) throws(StorageError) -> FileStatus?
  {
    do throws(Errno) {
      let status = try root.status(of: path)
      return status.isRegular ? status : nil
    } catch .noSuchFile, .notDirectory {
      return nil
    } catch {
      throw StorageError(error, "looking at \(String(decoding: path, as: UTF8.self))")
    }
  }
}
