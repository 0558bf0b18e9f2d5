internal import Digests
internal import EventLoop
internal import FileStore
internal import HTTPSemantics
internal import Posix
internal import ZipArchive

/// A source as it was when it was listed: its members, the archive's byte map, and what is known of checksums.
/// Downloads of the same, unchanged source share one.
@EventLoopActor
final class ArchiveSnapshot {
  let source: any ArchiveSource
  let members: [FolderMember]
  let layout: ArchiveLayout
  let validators: Validators
  /// CRC-32 of each member, as far as it is known.
  var checksums: [UInt32?]
  /// How many members, from the first one on, the checksum memory has been asked for.
  var recalledCount = 0
  /// Set while it is being asked.
  var recall: LoopPromise<Bool>?

  init(_ plan: ArchivePlan) {
    source = plan.source
    members = plan.members
    layout = plan.layout
    validators = plan.validators
    checksums = plan.members.map(\.crc32)
  }
}

/// What listing a source came to: values only, made on a thread that may wait for the disk.
struct ArchivePlan: Sendable {
  let source: any ArchiveSource
  let members: [FolderMember]
  let layout: ArchiveLayout
  let validators: Validators

  /// Lists the source and lays its archive out.
  init(_ source: any ArchiveSource) throws(ArchiveFailure) {
    self.source = source
    do throws(FolderError) {
      members = try source.list()
    } catch .notFound {
      throw .notFound
    } catch {
      throw .unreadable(error.description)
    }
    do throws(ArchiveLayoutError) {
      layout = try ArchiveLayout(
        members: members.map {
          ArchiveMember(name: $0.path, size: $0.size, modificationTime: $0.modified.seconds, mode: $0.mode)
        })
    } catch {
      throw .unreadable("the folder cannot be made an archive (\(error.code))")
    }
    validators = Validators(etag: Self.tag(members), lastModified: members.map(\.modified.seconds).max())
  }

  /// Names the exact bytes: the layout's version, and every fact that goes into them or tells of a change of content.
  private static func tag(_ members: [FolderMember]) -> EntityTag {
    var hash = SHA256()
    var record: [UInt8] = Array("vitrine archive 1".utf8)
    for member in members {
      let identity = member.identity
      append(UInt64(member.path.count), to: &record)
      record += member.path
      for number in [
        identity.device, identity.inode, identity.size, UInt64(member.mode),
        UInt64(bitPattern: identity.modified.totalNanoseconds), UInt64(bitPattern: identity.changed.totalNanoseconds),
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
