internal import Digests
internal import EventLoop
internal import Storage
internal import Synchronization

/// Objects, pictures or photos as a tree.
struct EngineTree: Tree {
  /// Entries that are read at once.
  private static let page = 1_000
  /// The most members of a tree.
  private static let mostMembers = 1_000_000
  /// Up to this length an object is read at once.
  private static let shortLength: UInt64 = 16_384
  /// Short objects that are read at the same time.
  private static let shortAtOnce = 8

  private let entries: any TreeEntries
  private let store: EngineObjectStore
  private let scope: TreeSelection.Scope
  private let filter: TreeSelection.Filter?
  /// The keys of chosen objects by their paths.
  private let chosen: [[UInt8]: [UInt8]]

  /// - Parameter store: whose engine and threads are used.
  init(_ selection: TreeSelection, of entries: any TreeEntries, _ store: EngineObjectStore) {
    self.entries = entries
    self.store = store
    scope = selection.scope
    filter = selection.filter
    if case .chosen(let chosen) = selection.scope {
      self.chosen = Dictionary(chosen.map { ($0.path, $0.key) }) { first, _ in first }
    } else {
      chosen = [:]
    }
  }

  // MARK: Listing

  nonisolated(nonsending) func list() async throws(StorageError) -> TreeListing {
    switch scope {
    case .prefix(let prefix): try await list(below: prefix)
    case .chosen: try await listChosen()
    }
  }

  private nonisolated(nonsending) func list(below prefix: [UInt8]) async throws(StorageError) -> TreeListing {
    var members: [TreeMember] = []
    var start = ListingStart.at(prefix)
    while true {
      let page = try await entries.page(from: start, below: prefix, limit: Self.page)
      let inside = page.prefix { $0.key.starts(with: prefix) }
      for entry in try await accepted(Array(inside)) {
        let path = Array(entry.key.dropFirst(prefix.count))
        guard Self.isPath(path) else { continue }
        guard members.count < Self.mostMembers else {
          throw .incompleteTree(TreeFlaw(path: [], .tooManyFiles(limit: Self.mostMembers)))
        }
        members.append(entry.member(at: path))
      }
      guard inside.count >= Self.page, let last = page.last else { return TreeListing(members: members) }
      start = .after(last.key)
    }
  }

  /// What could be no path in an archive: keys with empty segments, `.` or `..`.
  private static func isPath(_ path: [UInt8]) -> Bool {
    path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy { segment in
      !segment.isEmpty && !segment.elementsEqual(".".utf8) && !segment.elementsEqual("..".utf8)
    }
  }

  /// Of these, those that belong to the tree; whoever decides may take its time.
  private nonisolated(nonsending) func accepted(_ found: [TreeEntry]) async throws(StorageError) -> [TreeEntry] {
    guard let filter else { return found }
    return try await store.spool.pool.run { () throws(StorageError) in
      var accepted: [TreeEntry] = []
      for entry in found where try filter(entry.key, { entry.metadata }) { accepted.append(entry) }
      return accepted
    }
  }

  private nonisolated(nonsending) func listChosen() async throws(StorageError) -> TreeListing {
    let found = try await find(Array(chosen.values))
    var members: [TreeMember] = []
    for (path, key) in chosen.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      // Whoever asks again is told what there is then.
      guard let entry = found[key] else { throw .versionChanged }
      members.append(entry.member(at: path))
    }
    return TreeListing(members: members)
  }

  private nonisolated(nonsending) func find(_ keys: [[UInt8]]) async throws(StorageError) -> [[UInt8]: TreeEntry] {
    Dictionary(try await entries.find(keys).map { ($0.key, $0) }) { first, _ in first }
  }

  private func key(of member: TreeMember) -> [UInt8] {
    if case .prefix(let prefix) = scope { return prefix + member.path }
    return chosen[member.path] ?? []
  }

  // MARK: Reading

  /// What is named can be read.
  nonisolated(nonsending) func firstUnreadable(of members: [TreeMember]) async throws(StorageError) -> TreeFlaw? { nil }

  nonisolated(nonsending) func firstChanged(
    of members: ArraySlice<TreeMember>
  ) async throws(StorageError) -> TreeMember? {
    guard !members.isEmpty else { return nil }
    let found = try await find(members.map { key(of: $0) })
    return members.first { found[key(of: $0)]?.version != $0.version }
  }

  nonisolated(nonsending) func open(_ reads: [TreeRead]) async -> [Result<TreeContent, StorageError>] {
    let found: [[UInt8]: TreeEntry]
    do throws(StorageError) {
      let entries = try await entries.findToRead(reads.map { key(of: $0.member) })
      found = Dictionary(entries.map { ($0.key, $0) }) { first, _ in first }
    } catch {
      return reads.map { _ in .failure(error) }
    }
    var contents: [Result<TreeContent, StorageError>] = []
    var short: [(index: Int, object: EngineOpenedObject)] = []
    for read in reads {
      guard let entry = found[key(of: read.member)], entry.version == read.member.version else {
        contents.append(.failure(.versionChanged))
        continue
      }
      let object = open(entry)
      if entry.metadata.size <= Self.shortLength { short.append((contents.count, object)) }
      contents.append(.success(.opened(object)))
    }
    for read in await Self.read(short) { contents[read.index] = read.content }
    return contents
  }

  /// An object whose bytes are read at once, by its place among those that were asked for.
  private struct Short: Sendable {
    var index: Int
    var content: Result<TreeContent, StorageError>
  }

  /// Reads short objects, several at a time: each costs little but the way to the engine and back.
  private static nonisolated(nonsending) func read(
    _ objects: [(index: Int, object: EngineOpenedObject)]
  ) async -> [Short] {
    await withTaskGroup(of: Short.self) { group in
      var read: [Short] = []
      for (number, (index, object)) in objects.enumerated() {
        if number >= shortAtOnce, let done = await group.next() { read.append(done) }
        group.addTask { Short(index: index, content: await content(of: object)) }
      }
      for await done in group { read.append(done) }
      return read
    }
  }

  private func open(_ entry: TreeEntry) -> EngineOpenedObject {
    EngineOpenedObject(ObjectHead(entry.metadata, entry.version), entry.content, store.names, store.blobs)
  }

  private static nonisolated(nonsending) func content(
    of object: EngineOpenedObject
  ) async -> Result<TreeContent, StorageError> {
    let reader = object.reader(0..<object.head.metadata.size)
    var bytes: [UInt8] = []
    do throws(StorageError) {
      while let chunk = try await reader.next(secured: true) {
        if case .bytes(let more) = chunk { bytes += more }
      }
    } catch {
      return .failure(error)
    }
    return .success(.bytes(bytes))
  }

  // MARK: Checksums

  func findChecksums(
    of members: [TreeMember],
    _ found: @escaping @Sendable ([(index: Int, outcome: Result<UInt32, StorageError>)]) -> Void
  ) {
    let known = members.enumerated().compactMap { index, member in
      member.crc32.map { (index: index, outcome: Result<UInt32, StorageError>.success($0)) }
    }
    if !known.isEmpty { found(known) }
    let unknown = members.enumerated().filter { $0.element.crc32 == nil }
    guard !unknown.isEmpty else { return }
    // Two at a time: while one waits for the engine, the other one is digested.
    let queue = Mutex(unknown[...])
    let work: @EventLoopActor @Sendable () async -> Void = {
      while let (index, member) = queue.withLock({ $0.popFirst() }) {
        let outcome: Result<UInt32, StorageError>
        do throws(StorageError) { outcome = .success(try await checksum(of: member)) } catch {
          outcome = .failure(error)
        }
        found([(index, outcome)])
      }
    }
    for _ in 0..<min(2, unknown.count) { EventLoop.current.start(work) }
  }

  /// Reads an object through, and remembers what it finds.
  private nonisolated(nonsending) func checksum(of member: TreeMember) async throws(StorageError) -> UInt32 {
    let key = key(of: member)
    guard let entry = try await find([key])[key], entry.version == member.version else { throw .versionChanged }
    if let known = entry.metadata.crc32 { return known }
    let reader = open(entry).reader(0..<entry.metadata.size)
    var checksum: UInt32 = 0
    while let chunk = try await reader.next(secured: true) {
      guard case .bytes(let bytes) = chunk else { continue }
      checksum = await store.spool.pool.run { [checksum] in
        var crc = CRC32(continuing: checksum)
        crc.update(bytes.span)
        return crc.value
      }
    }
    // Where this fails, it is found out again the next time.
    try? await entries.remember(crc32: checksum, of: entry)
    return checksum
  }
}
