internal import DurableFiles
internal import EventLoop
internal import Posix
internal import Storage

/// A tree of plain files, whose disks are waited for by their threads.
struct LocalTree: Tree {
  /// Up to this length a file is read at once: handing over its pages would cost more than copying them.
  static let shortLength: UInt64 = 16_384
  /// Bytes of a file that are brought into the page cache when it is opened.
  private static let readAhead: UInt64 = 4 << 20
  /// Distance of the looks into the page cache.
  private static let lookDistance: UInt64 = 1 << 20
  /// Where no more bytes of a file are needed, nothing around them is read.
  private static let fewBytes: UInt64 = 65_536

  let files: any TreeFiles
  let threads: DiskThreads
  let checksums: ChecksumFinder

  nonisolated(nonsending) func list() async throws(StorageError) -> TreeListing {
    try await threads.listing.run { [files] () throws(StorageError) in try files.list() }
  }

  nonisolated(nonsending) func firstUnreadable(of members: [TreeMember]) async throws(StorageError) -> TreeFlaw? {
    guard !members.isEmpty else { return nil }
    return try await threads.listing.run { [files] () throws(StorageError) in
      try files.firstUnreadable(of: members)
    }
  }

  nonisolated(nonsending) func firstChanged(
    of members: ArraySlice<TreeMember>
  ) async throws(StorageError) -> TreeMember? {
    guard let first = members.first else { return nil }
    return try await threads.disk(first.version.medium).opening.run { [files] () throws(StorageError) in
      try files.firstChanged(of: members)
    }
  }

  nonisolated(nonsending) func open(_ reads: [TreeRead]) async -> [Result<TreeContent, StorageError>] {
    guard let first = reads.first else { return [] }
    let disk = threads.disk(first.member.version.medium)
    return await disk.opening.run { [files] in
      reads.map { read -> Result<TreeContent, StorageError> in
        do throws(StorageError) {
          return .success(try Self.content(of: read, in: files, disk))
        } catch {
          return .failure(error)
        }
      }
    }
  }

  func findChecksums(
    of members: [TreeMember],
    _ found: @escaping @Sendable ([(index: Int, outcome: Result<UInt32, StorageError>)]) -> Void
  ) {
    checksums.find(members, of: files, found)
  }

  private static func content(
    of read: TreeRead, in files: any TreeFiles, _ disk: DiskThreads.Disk
  ) throws(StorageError) -> TreeContent {
    let (member, needed) = (read.member, read.range)
    guard let state = member.fileState else { throw .versionChanged }
    let file = try files.open(member)
    guard member.size > shortLength else {
      let bytes: [UInt8]
      do throws(Errno) { bytes = try file.bytes(in: 0..<member.size) } catch { throw StorageError(error, "reading") }
      guard UInt64(bytes.count) == member.size else { throw .versionChanged }
      try member.check(file)
      return .bytes(bytes)
    }
    if needed.count <= fewBytes { file.expectScatteredReading() }
    let knowledge = file.pageResidency(at: needed.lowerBound)
    if needed.count > fewBytes, knowledge != .alwaysCached {
      let start = needed.lowerBound..<min(needed.upperBound, needed.lowerBound + readAhead)
      // To go through all the pages that are there already takes longer than to look at some.
      if !file.isCached(start, lookingEvery: lookDistance) { file.readAhead(start) }
    }
    return .opened(LocalContent(SharedDescriptor(file), state.version, threads: disk, pageResidency: knowledge))
  }
}
