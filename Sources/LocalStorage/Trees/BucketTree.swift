internal import DurableFiles
internal import Posix
internal import Storage

/// The objects of a bucket of plain files below a prefix as a tree.
struct BucketTree: TreeFiles {
  /// Rows of the index that are read at once.
  private static let page = 1_000

  let store: BucketStore
  let bucket: String
  let prefix: [UInt8]
  let filter: TreeSelection.Filter?
  var limits = FolderLimits()

  /// What could not be a path in an archive is left out: keys with empty segments, `.` or `..`.
  func list() throws(StorageError) -> TreeListing {
    var members: [TreeMember] = []
    var count = 0
    var start = ListingStart.at(prefix)
    while true {
      let objects = try store.list(bucket, from: start, limit: Self.page)
      for object in objects {
        guard object.key.starts(with: prefix) else { return TreeListing(members) }
        let path = Array(object.key.dropFirst(prefix.count))
        guard Self.isPath(path), let (member, metadata) = try find(object.key, path) else { continue }
        guard count < limits.members else {
          throw .incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: limits.members)))
        }
        count += 1
        if let filter, try !filter(object.key, { metadata }) { continue }
        members.append(member)
      }
      guard let last = objects.last, objects.count == Self.page else { return TreeListing(members) }
      start = .after(last.key)
    }
  }

  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? { try find(key, key)?.0 }

  private static func isPath(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
    }
  }

  /// - Returns: nil for an object that was removed at this moment.
  private func find(_ key: [UInt8], _ path: [UInt8]) throws(StorageError) -> (TreeMember, ObjectMetadata)? {
    do throws(StorageError) {
      let object = try store.open(key, in: bucket)
      do throws(Errno) {
        let status = try object.file.descriptor.status()
        return (TreeMember(path: path, status, crc32: object.metadata.crc32), object.metadata)
      } catch {
        throw StorageError(error, "looking at an object")
      }
    } catch .noSuchKey {
      return nil
    } catch {
      throw error.asFlaw(at: path)
    }
  }

  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
    let location: ObjectLocation?
    do throws(StorageError) {
      location = try ObjectLocation.find(prefix + member.path, in: try store.folder(bucket))
    } catch .noSuchBucket {
      throw .versionChanged
    }
    guard let location else { throw .versionChanged }
    let file: FileDescriptor
    do throws(Errno) { file = try location.open() } catch .noSuchFile { throw .versionChanged } catch {
      throw StorageError(error, "opening an object")
    }
    try member.check(file)
    return file
  }
}
