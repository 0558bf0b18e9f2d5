internal import Digests
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import ZipArchive

/// A source as it was when it was listed, and the archive that follows from it: values only, made on a thread that may wait
/// for the disk.
struct ArchivePlan: Sendable {
  /// The step of the clocks that file systems take times from, with some room: two changes within it may look like one.
  static let clockStep: Int64 = 20_000_000
  /// How often a source is listed until nothing in it is as young as that.
  private static let listingLimit = 5

  let source: any ArchiveSource
  let listing: FolderListing
  let layout: ArchiveLayout
  /// Names the exact bytes of the archive.
  let entityTag: EntityTag

  var members: [FolderMember] { listing.members }

  /// Lays out the archive of a source that was listed.
  init(_ source: any ArchiveSource, _ listing: FolderListing) throws(ArchiveFailure) {
    self.source = source
    self.listing = listing
    do throws(ArchiveLayoutError) {
      layout = try ArchiveLayout(
        members: listing.members.map {
          ArchiveMember(name: $0.path, size: $0.size, modificationTime: $0.modified.seconds, mode: $0.mode)
        })
    } catch {
      throw .unreadable("the folder cannot be made an archive (\(error.code))")
    }
    entityTag = Self.tag(listing.members)
  }

  /// Lists a source and lays its archive out.
  /// - Parameter kept: an earlier plan of the source; it is returned if nothing has changed since.
  static func make(
    _ source: any ArchiveSource, unlessSameAs kept: ArchivePlan? = nil
  ) throws(ArchiveFailure) -> ArchivePlan {
    let listing: FolderListing
    do throws(FolderError) {
      listing = try settledListing(source)
    } catch {
      throw ArchiveFailure(error)
    }
    if let kept, kept.listing == listing { return kept }
    return try ArchivePlan(source, listing)
  }

  /// A listing in which a later change of any file would show. One that was changed within the clock's last step could
  /// be changed again with the same times: its bytes would not be what its checksum was computed of.
  private static func settledListing(_ source: any ArchiveSource) throws(FolderError) -> FolderListing {
    var count = 1
    while true {
      let start = Clock.now()
      let listing = try source.list()
      guard let newest = listing.newestChange ?? listing.members.map(\.identity.changed).max() else { return listing }
      let age = start.totalNanoseconds &- newest.totalNanoseconds
      if age > clockStep || count == listingLimit { return listing }
      Clock.sleep(nanoseconds: UInt64(clockStep))
      count += 1
    }
  }

  /// Made of the layout's version, and of every fact that goes into the bytes or tells of a change of content.
  private static func tag(_ members: [FolderMember]) -> EntityTag {
    var hash = SHA256()
    var record: [UInt8] = Array("vitrine archive 1".utf8)
    for member in members {
      let identity = member.identity
      append(UInt64(member.path.count), to: &record)
      record += member.path
      // Not the device: its number may be another one after a restart of the machine.
      for number in [
        identity.inode, identity.size, UInt64(member.mode), UInt64(bitPattern: identity.modified.totalNanoseconds),
        UInt64(bitPattern: identity.changed.totalNanoseconds),
      ] {
        append(number, to: &record)
      }
      if record.count > 32_768 {
        hash.update(record.span)
        record.removeAll(keepingCapacity: true)
      }
    }
    hash.update(record.span)
    return EntityTag(Hexadecimal.encode(hash.finalize().prefix(16)))
  }

  private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
    for shift in stride(from: 0, to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift))) }
  }
}
