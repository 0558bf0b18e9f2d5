internal import ArchiveDownload
internal import LocalStorage
internal import Posix
internal import Storage

/// The objects of a bucket under a prefix, as the source of an archive.
struct BucketArchive: ArchiveSource {
  let store: Buckets
  let bucket: String
  let prefix: [UInt8]
  /// Whether what is kept from the public is in it, too.
  let seesAll: Bool
  /// Whether whoever asks may get an object; the others are left out.
  let mayGet: @Sendable ([UInt8]) -> Bool
  /// Whether what `mayGet` said counts: nothing is left out only because it took too long to find out.
  let isKnown: @Sendable () -> Bool

  /// The last folder of the prefix; the bucket where there is none.
  var name: String {
    prefix.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) } ?? bucket
  }

  var isFilledByOthers: Bool { bucket == BuiltInBucket.photosName }

  /// - Throws: `notFound` for a prefix that nothing begins with: buckets have no empty folders.
  func list() throws(FolderError) -> FolderListing {
    let members = try store.members(of: bucket, under: prefix, seesAll: seesAll).filter { mayGet(prefix + $0.path) }
    guard isKnown() else { throw .io(.fileTooLarge, context: "a policy costs more to judge than an archive may") }
    guard !members.isEmpty || prefix.isEmpty else { throw .notFound }
    return FolderListing(members: members)
  }

  /// Other buckets open their objects when they are listed.
  func firstUnreadable(of members: [FolderMember]) throws(FolderError) -> FolderFlaw? {
    bucket == BuiltInBucket.photosName ? try store.firstUnreadable(of: members, under: prefix) : nil
  }

  func open(_ member: FolderMember) throws(FolderError) -> FileDescriptor {
    try store.open(member, of: bucket, under: prefix)
  }

  func check(_ file: borrowing FileDescriptor, is member: FolderMember) throws(FolderError) {
    try store.check(file, is: member)
  }
}
