public import Posix

/// Objects as members of an archive.
extension BucketStore {
  /// Rows that are read at once.
  private static let page = 1_000

  /// The objects whose keys begin with a prefix, by what follows it; in the order of their bytes. What could not be a
  /// path in an archive is left out: keys with empty segments, `.` or `..`.
  public func members(
    of bucket: String, under prefix: [UInt8], limits: FolderLimits = FolderLimits()
  ) throws(FolderError) -> [FolderMember] {
    do throws(BucketError) {
      var members: [FolderMember] = []
      var start = ListingStart.at(prefix)
      while true {
        let objects = try list(bucket, from: start, limit: Self.page)
        for object in objects {
          guard object.key.starts(with: prefix) else { return members }
          let path = Array(object.key.dropFirst(prefix.count))
          guard Self.isPath(path), let member = try member(object.key, path, in: bucket) else { continue }
          guard members.count < limits.members else { throw .store(.io(.fileTooLarge, context: "too many objects")) }
          members.append(member)
        }
        guard let last = objects.last, objects.count == Self.page else { return members }
        start = .after(last.key)
      }
    } catch .noSuchBucket {
      throw .notFound
    } catch {
      throw .io(.inputOutput, context: "listing bucket \(bucket): \(error)")
    }
  }

  private static func isPath(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
    }
  }

  private func member(_ key: [UInt8], _ path: [UInt8], in bucket: String) throws(BucketError) -> FolderMember? {
    let object: OpenObject
    do throws(BucketError) { object = try open(key, in: bucket) } catch .noSuchKey { return nil } catch { throw error }
    do throws(Errno) {
      let status = try object.file.descriptor.status()
      return FolderMember(
        path: path, mode: status.mode, identity: FileIdentity(status), crc32: object.facts.crc32)
    } catch {
      throw BucketError(error, "looking at an object")
    }
  }

  /// Opens an object to read it. Throws `changed` unless its file is the one that was listed.
  public func open(
    _ member: FolderMember, of bucket: String, under prefix: [UInt8]
  ) throws(FolderError) -> FileDescriptor {
    do throws(BucketError) {
      guard let place = try ObjectPlace.find(prefix + member.path, in: try folder(bucket)) else { throw .noSuchKey }
      let file: FileDescriptor
      do throws(Errno) { file = try place.open() } catch .noSuchFile { throw .noSuchKey } catch {
        throw BucketError(error, "opening an object")
      }
      try check(file, member)
      return file
    } catch .noSuchKey {
      throw .changed
    } catch .noSuchBucket {
      throw .changed
    } catch {
      throw .io(.inputOutput, context: "opening an object: \(error)")
    }
  }

  /// Throws `changed` unless the open file still is what was listed.
  public func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    do throws(BucketError) { try check(file, member) } catch .noSuchKey { throw .changed } catch {
      throw .io(.inputOutput, context: "looking at an object: \(error)")
    }
  }

  private func check(_ file: borrowing FileDescriptor, _ member: FolderMember) throws(BucketError) {
    do throws(Errno) {
      let status = try file.status()
      guard status.isRegular, FileIdentity(status) == member.identity else { throw Errno.noSuchFile }
    } catch .noSuchFile {
      throw .noSuchKey
    } catch {
      throw BucketError(error, "looking at an object")
    }
  }
}
