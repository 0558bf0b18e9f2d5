internal import Digests
internal import EventLoop
internal import PostgreSQL
internal import Storage

/// Moves what is left of packs of which an object is gone into new packs. Otherwise what was deleted or replaced would take
/// space for as long as one of its neighbours stays, and would come back with tables that are made anew.
struct PackRenewal: Sendable {
  /// For how long a pack is left alone after an object of it has gone, in seconds: more of them may follow.
  static let pauseSeconds: Int64 = 3_600
  /// For how long an emptied pack stays, in seconds: a copy of the database that is as old names what is in it.
  static let retentionSeconds: Int64 = 7 * 86_400
  /// For how long a run begins new steps, in nanoseconds: other chores wait for it.
  static let budget: UInt64 = 30_000_000_000
  /// How many packs are in memory at once.
  private static let batch: Int64 = 8

  private static let choose = SQLStatement(
    """
    SELECT id FROM packs_with_gaps WHERE since <= clock_timestamp() - make_interval(secs => $1::bigint)
    ORDER BY since LIMIT $2
    """)
  /// Those of which nothing is left.
  private static let forget = SQLStatement(
    """
    DELETE FROM packs_with_gaps
    WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.id = packs_with_gaps.id AND blobs.uses > 0)
    """)
  private static let settle = SQLStatement(
    """
    DELETE FROM packs_with_gaps
    WHERE id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM blobs WHERE blobs.id = packs_with_gaps.id AND blobs.uses > 0)
    RETURNING id
    """)
  /// What cannot be moved, or is damaged, is looked at again later, and keeps no other from being moved.
  private static let postpone = SQLStatement("UPDATE packs_with_gaps SET since = clock_timestamp() WHERE id = ANY ($1)")
  private static let move = SQLStatement(
    "UPDATE objects SET blobs = $3, starts = $4, lengths = $5 WHERE bucket = $1 AND key = $2")
  /// They are swept as what was replaced, which is an hour later.
  private static let retain = SQLStatement(
    """
    UPDATE blobs SET since = clock_timestamp() + make_interval(secs => $2::bigint) WHERE id = ANY ($1)
    """)

  let names: NameDatabase
  let blobs: any BlobStore
  let publisher: BlobPublisher

  /// An object that is still in a pack.
  private struct Remainder: Sendable {
    var member: PackContent.Member
    var slice: BlobSlice

    /// It was changed since it was put.
    var hasLongRecord: Bool { member.metadata.record.utf8.count > SmallObject.longestRecord }
  }

  /// Goes on until nothing is left to do, or the time is over.
  /// - Returns: how many packs were emptied.
  /// - Throws: where the database fails, or the engine takes nothing.
  @discardableResult
  nonisolated(nonsending) func run(
    pauseSeconds: Int64 = pauseSeconds, budget: UInt64 = budget
  ) async throws(StorageError) -> Int {
    var count = 0
    let began = await EventLoop.current.now
    _ = try await names.change(Self.forget())
    repeat {
      let packs = try NameDatabase.texts(
        try await names.read(Self.choose(.integer(pauseSeconds), .integer(Self.batch)))[0])
      guard !packs.isEmpty else { return count }
      var remainders: [Remainder] = []
      for id in packs.compactMap({ BlobID(own: $0) }) {
        // An engine that hangs is not waited for eight times.
        guard await EventLoop.current.now - began < budget || remainders.isEmpty else { break }
        do throws(BlobError) { remainders += try await remainder(of: id) } catch .content(let error) {
          if error.isPassing { throw error }
        } catch {}
      }
      while !remainders.isEmpty {
        let group = remainders.prefix(Pack.mostObjects).prefix { !$0.hasLongRecord }
        do throws(StorageError) { try await move(group.isEmpty ? [remainders[0]] : Array(group)) } catch {
          if error.isPassing { throw error }
        }
        remainders.removeFirst(max(1, group.count))
      }
      count += try await names.change(Self.settle(.texts(packs)), Self.postpone(.texts(packs)))[0].count
    } while await EventLoop.current.now - began < budget
    return count
  }

  /// The objects of a pack that still have their content in it.
  private nonisolated(nonsending) func remainder(of id: BlobID) async throws(BlobError) -> [Remainder] {
    let status: BlobStatus
    do throws(BlobError) { status = try await blobs.head(id) } catch .missing { return [] }
    guard case .pack(let offset)? = status.metadata.flatMap({ BlobOwner($0) }),
      status.length <= Pack.longestDirectory + UInt64(Pack.mostObjects) * SmallObject.limit, offset <= status.length
    else { return [] }
    let all = try await blobs.bytes(of: BlobSlice(id: id, start: 0, length: status.length))
    guard let entries = Pack.entries(Array(all[Int(offset)...]), contentsEnd: offset) else { return [] }
    let found: [EngineObjectStore.Found?]
    do throws(StorageError) { found = try await look(for: entries) } catch { throw .content(error) }
    var remainders: [Remainder] = []
    for (entry, found) in zip(entries, found) {
      guard let object = found?.object, object.content == [entry.slice(of: id)] else { continue }
      let bytes = Array(all[Int(entry.start)..<Int(entry.start + entry.length)])
      // What is damaged is not to get a digest of its own.
      guard object.metadata.md5 == MD5.digest(of: bytes) else { continue }
      let member = PackContent.Member(bucket: entry.bucket, key: entry.key, metadata: object.metadata, bytes: bytes)
      remainders.append(Remainder(member: member, slice: entry.slice(of: id)))
    }
    return remainders
  }

  /// - Returns: of each object what there is; nil where its bucket is gone.
  private nonisolated(nonsending) func look(
    for entries: [Pack.Entry]
  ) async throws(StorageError) -> [EngineObjectStore.Found?] {
    let rows = try await names.read(entries.map { EngineObjectStore.look(for: $0.key, in: $0.bucket) })
    var all: [EngineObjectStore.Found?] = []
    for rows in rows {
      do throws(StorageError) { all.append(try NameDatabase.reading { try .init(rows) }) } catch .noSuchBucket {
        all.append(nil)
      }
    }
    return all
  }

  /// Puts objects into a pack, and names it for those that nobody has changed meanwhile.
  private nonisolated(nonsending) func move(_ group: [Remainder]) async throws(StorageError) {
    let published = try await publisher.put(group.map(\.member), alone: false)
    do throws(StorageError) {
      let isMoved = try await names.transaction { transaction in
        let lock = NameLocks.objects(group.map { ($0.member.key, $0.member.bucket) })
        let looks = group.map { EngineObjectStore.look(for: $0.member.key, in: $0.member.bucket) }
        let rows = try await transaction.run([lock, BlobUses.lock(published.own)] + looks)
        var (uses, statements): (BlobUses, [SQLQuery]) = (try BlobUses(locked: rows[1]), [])
        var packs: Set<String> = []
        for (index, rows) in rows.dropFirst(2).enumerated() {
          guard let found = try? EngineObjectStore.Found(rows), found.object?.content == [group[index].slice]
          else { continue }
          let content = [published.slices[index]]
          uses.add(content)
          uses.remove([group[index].slice])
          packs.insert(group[index].slice.id.name)
          statements.append(
            SQLQuery(
              statement: Self.move,
              values: [.integer(found.bucket), .bytes(group[index].member.key)] + content.values))
        }
        guard !statements.isEmpty else { return .undo(false) }
        try await uses.lock(in: transaction)
        return .commit(
          uses.queries + statements + [Self.retain(.texts(packs.sorted()), .integer(Self.retentionSeconds))], true)
      }
      if !isMoved { await publisher.giveUp(published.own) }
    } catch {
      throw await publisher.giveUp(published, after: error)
    }
  }
}

extension StorageError {
  /// Whether it is about all of the storage at this moment.
  fileprivate var isPassing: Bool {
    switch self {
    case .unavailable, .full: true
    default: false
    }
  }
}
