internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Posix
internal import Storage
internal import ZipArchive

/// A source as it was when it was listed, and the archive that follows from it: values only.
struct ArchivePlan: Sendable {
  /// The step of the clocks that file systems take times from, with some room: two changes within it may look like one.
  static let clockStep: Int64 = 20_000_000
  /// The version of what this program makes of the same files: whatever changes a byte of it, or of a header, raises it, so
  /// that nobody resumes the archive of one version with the bytes of another.
  private static let layoutVersion = 2
  /// How often a source is listed until nothing in it is as young as that.
  private static let listingLimit = 5

  let source: ArchiveSource
  let tree: any Tree
  let listing: TreeListing
  /// The files in the order in which they are in the archive: that of the bytes of their names there.
  let members: [TreeMember]
  let layout: ArchiveLayout
  /// Names the exact bytes of the archive.
  let entityTag: EntityTag
  /// When a file was last written to; of those whose time had come when they were listed. Nil where there is none.
  let newestModification: Timestamp?

  /// Lays out the archive of a source that was listed.
  /// - Parameters:
  ///   - tree: the source's.
  ///   - names: how its members are called.
  init(
    _ source: ArchiveSource, _ tree: any Tree, _ listing: TreeListing, _ names: MemberNames
  ) throws(ArchiveFailure) {
    self.source = source
    self.tree = tree
    self.listing = listing
    let paths = listing.members.map(\.path)
    var emitted = names.names(for: paths)
    if emitted == paths {
      members = listing.members
    } else {
      let order = emitted.indices.sorted { emitted[$0].lexicographicallyPrecedes(emitted[$1]) }
      members = order.map { listing.members[$0] }
      emitted = order.map { emitted[$0] }
    }
    do throws(ArchiveLayoutError) {
      layout = try ArchiveLayout(
        members: zip(members, emitted).map { member, name in
          ArchiveMember(
            name: name, size: member.size, modificationTime: member.modified.seconds,
            mode: Self.emittedMode(member.mode))
        })
    } catch {
      throw .unreadable("the folder cannot be made an archive (\(error.code))")
    }
    entityTag = Self.tag(members, layout)
    let now = Clock.now()
    newestModification = listing.members.lazy.map(\.modified).filter { $0 <= now }.max()
  }

  /// The permission bits of a regular file, which whoever unpacks it can read and replace. What more its owner's system
  /// grants with it, such as another user's rights, is not for others.
  private static func emittedMode(_ mode: UInt32) -> UInt32 { 0o100_600 | mode & 0o777 }

  /// Lists a source and lays its archive out.
  /// - Parameters:
  ///   - tree: the source's.
  ///   - previous: an earlier plan of the source; it is returned if nothing has changed since.
  ///   - pool: threads for what takes long with many members.
  @EventLoopActor
  static func make(
    _ source: ArchiveSource, _ tree: any Tree, _ names: MemberNames, unlessSameAs previous: ArchivePlan? = nil,
    on pool: BlockingPool
  ) async throws(ArchiveFailure) -> ArchivePlan {
    let listing: TreeListing
    do throws(StorageError) { listing = try await settledListing(tree) } catch { throw ArchiveFailure(error) }
    guard !source.needsMembers || !listing.members.isEmpty else { throw .notFound }
    let (plan, unseen) = try await pool.run { () throws(ArchiveFailure) -> (ArchivePlan, [TreeMember]) in
      if let previous, previous.listing == listing { return (previous, []) }
      let plan = try ArchivePlan(source, tree, listing, names)
      return (plan, previous.map { plan.members(notIn: $0) } ?? listing.members)
    }
    guard !unseen.isEmpty else { return plan }
    let flaw: TreeFlaw?
    do throws(StorageError) { flaw = try await tree.firstUnreadable(of: unseen) } catch { throw ArchiveFailure(error) }
    if let flaw { throw .cannotBePacked(flaw) }
    return plan
  }

  /// The members that an earlier plan does not have just so. Of the others it is known that they can be read: whoever
  /// takes that right away changes `st_ctime`.
  private func members(notIn earlier: ArchivePlan) -> [TreeMember] {
    let known = earlier.listing.members
    var index = 0
    return listing.members.filter { member in
      while index < known.count, known[index].path.lexicographicallyPrecedes(member.path) { index += 1 }
      return index == known.count || known[index] != member
    }
  }

  /// A listing in which a later change of any file would show. One that was changed within the clock's last step could
  /// be changed again with the same times: its bytes would not be what its checksum was computed of.
  @EventLoopActor
  private static func settledListing(_ tree: any Tree) async throws(StorageError) -> TreeListing {
    var count = 1
    while true {
      let start = Clock.now()
      let listing = try await tree.list()
      guard let newest = listing.newestChange else { return listing }
      let age = start.totalNanoseconds &- newest.totalNanoseconds
      if age > clockStep || count == listingLimit { return listing }
      await EventLoop.current.sleep(nanoseconds: UInt64(clockStep))
      count += 1
    }
  }

  /// Made of the layout's version, and of every fact that goes into the bytes or tells of a change of content.
  private static func tag(_ members: [TreeMember], _ layout: ArchiveLayout) -> EntityTag {
    var hash = SHA256()
    var record: [UInt8] = Array("vitrine archive \(layoutVersion)".utf8)
    for (index, member) in members.enumerated() {
      let emitted = layout.member(index)
      let count = UInt64(emitted.name.count)
      for shift in stride(from: 0, to: 64, by: 8) { record.append(UInt8(truncatingIfNeeded: count >> UInt64(shift))) }
      record += emitted.name
      member.version.appendFingerprint(size: member.size, mode: emitted.mode, to: &record)
      if record.count > 32_768 {
        hash.update(record.span)
        record.removeAll(keepingCapacity: true)
      }
    }
    hash.update(record.span)
    return EntityTag(Hexadecimal.encode(hash.finalize().prefix(16)))
  }
}
