internal import DurableFiles
internal import Posix
internal import Storage

/// The pictures as a tree without folders. Their checksums were computed when they were uploaded.
struct PictureTree: TreeFiles {
  /// Pictures that are read from the list at once.
  private static let page = 1_000

  let store: ImageStore
  let includesUnlisted: Bool
  let filter: TreeSelection.Filter?

  func list() throws(StorageError) -> TreeListing {
    var members: [TreeMember] = []
    var start = ListingStart.beginning
    while true {
      let page = try pictures(from: start)
      for picture in page {
        let path = Array(picture.name.text.utf8)
        let file: SharedDescriptor
        do throws(StorageError) { file = SharedDescriptor(try open(picture.name)) } catch .noSuchKey {
          continue
        } catch {
          throw error.asFlaw(at: path)
        }
        if let filter, try !filter(path, { metadata(of: picture, file) }) { continue }
        let status = try Self.status(of: file.descriptor, path)
        members.append(TreeMember(path: path, status, crc32: picture.content.crc32))
      }
      guard let last = page.last, page.count == Self.page else { return TreeListing(members) }
      start = .after(Array(last.name.text.utf8))
    }
  }

  private func pictures(from start: ListingStart) throws(StorageError) -> [PictureMetadata] {
    try store.pictures(named: start, limit: Self.page, includesUnlisted: includesUnlisted, now: Clock.now())
  }

  func member(_ key: [UInt8]) throws(StorageError) -> TreeMember? {
    guard let name = StoredName(key) else { return nil }
    let status: FileStatus
    do throws(StorageError) { status = try Self.status(of: try open(name), key) } catch .noSuchKey {
      return nil
    } catch {
      throw error.asFlaw(at: key)
    }
    // Asked after the look at the file: the metadata is of this content, or of a later one, which will be noticed.
    let picture: PictureMetadata?
    picture = try store.metadata(of: name)
    return TreeMember(path: key, status, crc32: picture?.content.crc32)
  }

  private func metadata(of picture: PictureMetadata, _ file: SharedDescriptor) -> ObjectMetadata? {
    guard let object = (try? store.objects(of: [picture]))?.first else { return nil }
    return try? object.metadata.completed(from: file.descriptor)
  }

  func open(_ member: TreeMember) throws(StorageError) -> FileDescriptor {
    guard let name = StoredName(member.path) else { throw .versionChanged }
    let file: FileDescriptor
    do throws(StorageError) { file = try open(name) } catch .noSuchKey { throw .versionChanged }
    try member.check(file)
    return file
  }

  private func open(_ name: StoredName) throws(StorageError) -> FileDescriptor {
    return try store.open(name)
  }

  private static func status(of file: borrowing FileDescriptor, _ path: [UInt8]) throws(StorageError) -> FileStatus {
    do throws(Errno) { return try file.status() } catch {
      throw StorageError(error, "looking at a picture").asFlaw(at: path)
    }
  }
}
