public import Posix

/// The files of all photo folders by their paths below the directory that holds the folders.
extension PhotoFolders {
  /// Opens a regular file to read it. Hidden names and symbolic links are as if they were not there.
  /// - Throws: `notFound`.
  public func open(file path: [UInt8]) throws(FolderError) -> FileDescriptor {
    guard Self.isVisible(path) else { throw .notFound }
    do throws(Errno) {
      let file = try openToRead(path, below: openRoot())
      guard try file.status().isRegular else { throw Errno.noSuchFile }
      return file
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .nameTooLong {
      throw .notFound
    } catch {
      throw .io(error, context: "opening \(String(decoding: path, as: UTF8.self))")
    }
  }

  /// What a directory below that one holds, recursively.
  /// - Parameter path: without a slash at its end; empty for all photo folders.
  /// - Throws: `notFound`; `cannotBePacked` when a part of it cannot be read or is beyond the limits.
  public func list(below path: [UInt8]) throws(FolderError) -> FolderListing {
    var walk = FolderWalk(limits, below: path)
    try walk.enter(try openDirectory(path))
    return walk.listing
  }

  func openDirectory(_ path: [UInt8]) throws(FolderError) -> FileDescriptor {
    guard path.isEmpty || Self.isVisible(path) else { throw .notFound }
    do throws(Errno) {
      return try openRoot().openBeneath(path.isEmpty ? Array(".".utf8) : path, [.readOnly, .directory])
    } catch .noSuchFile, .symbolicLoop, .notDirectory, .nameTooLong {
      throw .notFound
    } catch  where error.isShortage {
      throw .io(error, context: "opening \(String(decoding: path, as: UTF8.self))")
    } catch {
      throw .cannotBePacked(FolderFlaw(path: [], .unreadable(error)))
    }
  }

  /// Whether a path has nothing in it that is never shown: names that are empty or hidden.
  static func isVisible(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { name in
      !name.isEmpty && name.first != UInt8(ascii: ".") && !name.contains(0)
    }
  }
}
