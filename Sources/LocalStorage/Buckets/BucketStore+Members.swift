public import Posix
internal import Storage

/// Objects as members of an archive.
extension BucketStore {
  /// Rows that are read at once.
  private static let page = 1_000

  /// The objects whose keys begin with a prefix, by what follows it; in the order of their bytes. What could not be a
  /// path in an archive is left out: keys with empty segments, `.` or `..`.
  public func members(
    of bucket: String, under prefix: [UInt8], limits: FolderLimits = FolderLimits()
  ) throws(FolderError) -> [FolderMember] {
    var members: [FolderMember] = []
    var start = ListingStart.at(prefix)
    while true {
      let objects = try page(of: bucket, from: start)
      for object in objects {
        guard object.key.starts(with: prefix) else { return members }
        let path = Array(object.key.dropFirst(prefix.count))
        guard Self.isPath(path), let member = try member(object.key, path, in: bucket) else { continue }
        guard members.count < limits.members else {
          throw .cannotBePacked(FolderFlaw(path: [], .tooManyFiles(limit: limits.members)))
        }
        members.append(member)
      }
      guard let last = objects.last, objects.count == Self.page else { return members }
      start = .after(last.key)
    }
  }

  private func page(of bucket: String, from start: ListingStart) throws(FolderError) -> [ListedObject] {
    do throws(StorageError) { return try list(bucket, from: start, limit: Self.page) } catch .noSuchBucket {
      throw .notFound
    } catch {
      throw FolderError(error, "listing bucket \(bucket)")
    }
  }

  private static func isPath(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
    }
  }

  /// - Returns: nil for an object that was removed at this moment.
  private func member(_ key: [UInt8], _ path: [UInt8], in bucket: String) throws(FolderError) -> FolderMember? {
    let object: OpenObject
    do throws(StorageError) { object = try open(key, in: bucket) } catch .noSuchKey {
      return nil
    } catch .noSuchBucket {
      throw .notFound
    } catch {
      throw FolderError(error, "opening an object").keepingFromPacking(path)
    }
    do throws(Errno) {
      let status = try object.file.descriptor.status()
      return FolderMember(
        path: path, mode: status.mode, identity: FileIdentity(status), crc32: object.facts.crc32)
    } catch {
      throw .io(error, context: "looking at an object")
    }
  }

  /// Opens an object to read it. Throws `changed` unless its file is the one that was listed.
  public func open(
    _ member: FolderMember, of bucket: String, under prefix: [UInt8]
  ) throws(FolderError) -> FileDescriptor {
    let place: ObjectPlace?
    do throws(StorageError) { place = try ObjectPlace.find(prefix + member.path, in: try folder(bucket)) } catch {
      throw error == .noSuchBucket ? .changed : FolderError(error, "looking for an object")
    }
    guard let place else { throw .changed }
    let file: FileDescriptor
    do throws(Errno) { file = try place.open() } catch .noSuchFile { throw .changed } catch {
      throw .io(error, context: "opening an object")
    }
    try check(file, is: member)
    return file
  }

  /// Throws `changed` unless the open file still is what was listed.
  public func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    let status: FileStatus
    do throws(Errno) { status = try file.status() } catch {
      throw .io(error, context: "looking at an object")
    }
    guard status.isRegular, FileIdentity(status) == member.identity else { throw .changed }
  }
}

extension FolderError {
  /// The error for an operation of the buckets that failed.
  fileprivate init(_ error: StorageError, _ context: String) {
    if case .io(let cause, let detail) = error {
      self = .io(cause, context: "\(context): \(detail)")
    } else {
      self = .io(.inputOutput, context: "\(context): \(error)")
    }
  }
}
