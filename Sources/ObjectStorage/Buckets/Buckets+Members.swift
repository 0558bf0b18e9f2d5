internal import LocalStorage
internal import Posix
internal import Storage

/// Objects as members of an archive.
extension Buckets {
  /// The objects whose keys begin with a prefix, which ends in a slash or is empty, by what follows it.
  func members(of bucket: String, under prefix: [UInt8], seesAll: Bool) throws(FolderError) -> [FolderMember] {
    if let bucket = special[bucket] { return try bucket.members(under: prefix, seesAll: seesAll) }
    return try plain.members(of: bucket, under: prefix)
  }

  /// Opens an object to read it. Throws `changed` unless its file is the one that was listed.
  func open(_ member: FolderMember, of bucket: String, under prefix: [UInt8]) throws(FolderError) -> FileDescriptor {
    guard let special = special[bucket] else { return try plain.open(member, of: bucket, under: prefix) }
    let object: OpenObject
    do throws(BucketError) { object = try special.open(prefix + member.path) } catch .noSuchKey { throw .changed } catch
    {
      throw .io(.inputOutput, context: "opening an object: \(error)")
    }
    try check(object.file.descriptor, is: member)
    do throws(Errno) { return try object.file.descriptor.duplicate() } catch {
      throw .io(error, context: "opening an object")
    }
  }

  /// The first of these members of the bucket `photos` that cannot be opened to read it; nil if all can.
  func firstUnreadable(of members: [FolderMember], under prefix: [UInt8]) throws(FolderError) -> FolderFlaw? {
    guard let photos = special[PhotoBucket.name] as? PhotoBucket else { return nil }
    return try photos.folders.firstUnreadable(of: members, under: prefix.dropLast())
  }

  /// Throws `changed` unless the open file still is what was listed.
  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    try plain.check(file, is: member)
  }
}
