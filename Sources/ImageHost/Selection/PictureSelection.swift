internal import ArchiveDownload
internal import LocalStorage
internal import Posix
internal import Storage

/// Chosen pictures as the source of an archive. Their checksums were computed when they were uploaded.
struct PictureSelection: ArchiveSource {
  private struct Picture: Sendable {
    var path: [UInt8]
    var name: StoredName
  }

  let name = "pictures"
  private let pictures: [Picture]
  private let store: any PictureStore

  /// The pictures of these names, without those that are not there any more.
  init(_ names: [StoredName], store: any PictureStore, now: Timestamp) throws(StoreError) {
    var naming = MemberNaming()
    var pictures: [Picture] = []
    var seen: Set<StoredName> = []
    for name in names where seen.insert(name).inserted {
      guard let facts = try store.facts(of: name), facts.expiresAt.map({ $0 > now }) ?? true else { continue }
      pictures.append(Picture(path: Array(naming.name(for: facts).utf8), name: name))
    }
    self.pictures = pictures.sorted { $0.path.lexicographicallyPrecedes($1.path) }
    self.store = store
  }

  var isEmpty: Bool { pictures.isEmpty }

  func list() throws(FolderError) -> FolderListing {
    var members: [FolderMember] = []
    for picture in pictures {
      do throws(FolderError) { members.append(try member(picture)) } catch {
        throw error.keepingFromPacking(picture.path)
      }
    }
    return FolderListing(members: members)
  }

  private func member(_ picture: Picture) throws(FolderError) -> FolderMember {
    let status = try status(try open(picture.name))
    // Asked after the look at the file: the facts are of this content, or of a later one, which will be noticed.
    let facts: PictureMetadata?
    do throws(StoreError) { facts = try store.facts(of: picture.name) } catch { throw FolderError(error) }
    return FolderMember(
      path: picture.path, mode: status.mode, identity: FileIdentity(status), crc32: facts?.content.crc32)
  }

  func open(_ member: FolderMember) throws(FolderError) -> FileDescriptor {
    guard let picture = pictures.first(where: { $0.path == member.path }) else { throw .changed }
    let file = try open(picture.name)
    try check(file, is: member)
    return file
  }

  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    let status = try status(file)
    guard status.isRegular, FileIdentity(status) == member.identity else { throw .changed }
  }

  private func open(_ name: StoredName) throws(FolderError) -> FileDescriptor {
    do throws(StoreError) { return try store.open(name) } catch { throw FolderError(error) }
  }

  private func status(_ file: borrowing FileDescriptor) throws(FolderError) -> FileStatus {
    do throws(Errno) { return try file.status() } catch { throw .io(error, context: "looking at a picture") }
  }
}

extension FolderError {
  /// What an error of the store means for an archive of pictures.
  fileprivate init(_ error: StoreError) {
    switch error {
    case .io(let number, let context): self = .io(number, context: context)
    case .notFound, .exists, .blocked, .storageFull, .attributesUnsupported, .index: self = .changed
    }
  }
}
