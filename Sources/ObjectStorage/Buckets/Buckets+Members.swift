internal import LocalStorage
internal import Posix
internal import Storage

/// Objects as members of an archive.
extension Buckets {
  /// Pictures that are read from the list at once.
  private static let page = 1_000

  /// The objects whose keys begin with a prefix, which ends in a slash or is empty, by what follows it.
  func members(of bucket: String, under prefix: [UInt8], seesAll: Bool) throws(FolderError) -> [FolderMember] {
    switch bucket {
    case BuiltInBucket.picturesName:
      // Names have no slash: there are no folders in it.
      return prefix.isEmpty ? try pictureMembers(seesAll: seesAll) : []
    case BuiltInBucket.photosName:
      do throws(FolderError) { return try photos.list(below: prefix.dropLast(1)).members } catch .notFound { return [] }
    default: return try plain.members(of: bucket, under: prefix)
    }
  }

  private func pictureMembers(seesAll: Bool) throws(FolderError) -> [FolderMember] {
    var current: PictureMetadata?
    do throws(StoreError) {
      var members: [FolderMember] = []
      var start = ListingStart.beginning
      while true {
        let page = try pictures.pictures(
          named: start, limit: Self.page, includesUnlisted: seesAll, now: Clock.now())
        for picture in page {
          current = picture
          if let member = try member(picture) { members.append(member) }
        }
        current = nil
        guard let last = page.last, page.count == Self.page else { return members }
        start = .after(Array(last.name.text.utf8))
      }
    } catch .io(let error, let context) {
      let failure = FolderError.io(error, context: context)
      throw current.map { failure.keepingFromPacking(Array($0.name.text.utf8)) } ?? failure
    } catch {
      throw .io(.inputOutput, context: "listing pictures: \(error)")
    }
  }

  /// Nil if the picture is gone by now.
  private func member(_ picture: PictureMetadata) throws(StoreError) -> FolderMember? {
    let file: FileDescriptor
    do { file = try pictures.open(picture.name) } catch .notFound { return nil }
    do throws(Errno) {
      let status = try file.status()
      return FolderMember(
        path: Array(picture.name.text.utf8), mode: status.mode, identity: FileIdentity(status),
        crc32: picture.content.crc32)
    } catch {
      throw .io(error, context: "looking at a picture")
    }
  }

  /// Opens an object to read it. Throws `changed` unless its file is the one that was listed.
  func open(_ member: FolderMember, of bucket: String, under prefix: [UInt8]) throws(FolderError) -> FileDescriptor {
    let file: FileDescriptor
    switch bucket {
    case BuiltInBucket.picturesName:
      guard let name = StoredName(member.path) else { throw .changed }
      do throws(StoreError) { file = try pictures.open(name) } catch .notFound { throw .changed } catch {
        throw .io(.inputOutput, context: "opening an object: \(error)")
      }
    case BuiltInBucket.photosName:
      do throws(FolderError) { file = try photos.open(file: prefix + member.path) } catch .notFound { throw .changed }
    default: return try plain.open(member, of: bucket, under: prefix)
    }
    try check(file, is: member)
    return file
  }

  /// The first of these members of the bucket `photos` that cannot be opened to read it; nil if all can.
  func firstUnreadable(of members: [FolderMember], under prefix: [UInt8]) throws(FolderError) -> FolderFlaw? {
    try photos.firstUnreadable(of: members, under: prefix.dropLast())
  }

  /// Throws `changed` unless the open file still is what was listed.
  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    try plain.check(file, is: member)
  }
}
