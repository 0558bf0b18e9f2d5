internal import FileStore
internal import Posix

extension ObjectLister {
  /// Rows that are read at once.
  private static var page: Int { 1_000 }

  /// All objects as members of an archive.
  /// - Parameter open: opens one, or throws `noSuchKey`.
  func members(opening open: ([UInt8]) throws(BucketError) -> OpenObject) throws(FolderError) -> [FolderMember] {
    do throws(BucketError) {
      var members: [FolderMember] = []
      var start = ListingStart.beginning
      while true {
        let objects = try list(from: start, limit: Self.page)
        for object in objects {
          if let member = try member(object.key, open) { members.append(member) }
        }
        guard let last = objects.last, objects.count == Self.page else { return members }
        start = .after(last.key)
      }
    } catch {
      throw .io(.inputOutput, context: "listing objects: \(error)")
    }
  }

  private func member(
    _ key: [UInt8], _ open: ([UInt8]) throws(BucketError) -> OpenObject
  ) throws(BucketError) -> FolderMember? {
    let object: OpenObject
    do throws(BucketError) { object = try open(key) } catch .noSuchKey { return nil } catch { throw error }
    do throws(Errno) {
      let status = try object.file.descriptor.status()
      return FolderMember(path: key, mode: status.mode, identity: FileIdentity(status), crc32: object.facts.crc32)
    } catch {
      throw .store(.io(error, context: "looking at an object"))
    }
  }
}
