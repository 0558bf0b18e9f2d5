internal import Digests
internal import HTTPSemantics
internal import PostgreSQL
internal import Posix
public import Storage

/// Makes the tables anew from the engine: each blob carries for what it was put.
///
/// The engine does not know what came later: other tags and access control lists, copies that moved no byte, approvals of
/// pictures, what moderators removed within a day, other removals of the last hour, of small objects of the last week. It
/// knows nothing of keys, of what is set for buckets, of blocked pictures and of reports. Run while no host works on it.
public struct TableRebuild: Sendable {
  /// What came of it.
  public struct Report: Equatable, Sendable {
    /// Blobs that were looked at.
    public var blobs = 0
    /// Objects that are named again, those put together from parts included.
    public var objects = 0
    /// Pictures that are named again.
    public var pictures = 0
    /// Those of them that wait for a moderator: whether they were approved, the engine does not know.
    public var waiting = 0
    /// Blobs that say of nothing that they belong to it.
    public var unknown = 0
    /// Objects and pictures of which something is missing.
    public var incomplete = 0

    /// Counts.
    public init(
      blobs: Int = 0, objects: Int = 0, pictures: Int = 0, waiting: Int = 0, unknown: Int = 0, incomplete: Int = 0
    ) {
      self.blobs = blobs
      self.objects = objects
      self.pictures = pictures
      self.waiting = waiting
      self.unknown = unknown
      self.incomplete = incomplete
    }
  }

  let names: NameDatabase
  let blobs: any BlobStore
  private let width: Int
  private let addLine: @Sendable (String) -> Void

  /// - Parameters:
  ///   - width: how many blobs are looked at at once.
  ///   - addLine: gets a line for each thing of which something is missing.
  public init(
    _ names: NameDatabase, _ blobs: any BlobStore, width: Int = 16, addLine: @escaping @Sendable (String) -> Void
  ) {
    self.names = names
    self.blobs = blobs
    self.width = width
    self.addLine = addLine
  }

  /// Fills empty tables; what an earlier run that broke off has filled in is gone on with.
  /// - Throws: `notAllowed` where the tables are in use.
  public nonisolated(nonsending) func run() async throws(StorageError) -> Report {
    guard try await names.read(RebuildStatements.anyNamed())[0].count == 0 else {
      throw .notAllowed("the tables are not empty: they are rebuilt into an empty database only")
    }
    var report = Report()
    var parts = UploadedBlobs()
    var pieces = PiecedBlobs()
    for prefix in [BlobID.Kind.blobs, .images] {
      var position: BlobListPosition?
      repeat {
        let page = try await list("\(prefix.rawValue)/", after: position)
        let found = try await found(page.blobs)
        report.blobs += found.count
        try await take(found, &parts, &pieces, &report)
        position = page.next
      } while position != nil
    }
    try await take(pieces, &parts, &report)
    for object in parts.objects {
      if let flaw = object.flaw { note(flaw, of: object.key, in: object.bucket, &report) }
      try await enter([object.row])
    }
    let counts = try await names.transaction { transaction in
      let rows = try await transaction.run([
        RebuildStatements.countUses(), RebuildStatements.countObjects(), RebuildStatements.countPictures(),
      ])
      let (objects, pictures) = (rows[1].first, rows[2].first)
      return .commit(
        [RebuildStatements.noteGaps()],
        (try objects?.integer(0) ?? 0, try pictures?.integer(0) ?? 0, try pictures?.integer(1) ?? 0))
    }
    (report.objects, report.pictures, report.waiting) = (Int(counts.0), Int(counts.1), Int(counts.2))
    return report
  }

  private nonisolated(nonsending) func list(
    _ prefix: String, after position: BlobListPosition?
  ) async throws(StorageError) -> BlobPage {
    do throws(BlobError) { return try await blobs.list(prefix, after: position) } catch { throw StorageError(error) }
  }

  /// Contents that were sent in pieces, once all of these are found.
  private nonisolated(nonsending) func take(
    _ pieces: PiecedBlobs, _ parts: inout UploadedBlobs, _ report: inout Report
  ) async throws(StorageError) {
    let (contents, strays) = pieces.joined()
    var whole: [FoundBlob] = []
    for (last, found) in contents {
      if let found {
        whole.append(found)
      } else {
        report.incomplete += 1
        addLine("\(last.id): pieces of the content that it is the end of are missing")
      }
    }
    if strays > 0 {
      report.unknown += strays
      addLine("\(strays) pieces of contents whose last piece is missing: they stay where they are")
    }
    var none = PiecedBlobs()
    for start in stride(from: 0, to: whole.count, by: 1_000) {
      try await take(Array(whole[start...].prefix(1_000)), &parts, &none, &report)
    }
  }

  private nonisolated(nonsending) func take(
    _ page: [FoundBlob], _ parts: inout UploadedBlobs, _ pieces: inout PiecedBlobs, _ report: inout Report
  ) async throws(StorageError) {
    var rows: [RebuildStatements.Row] = []
    for blob in page {
      if blob.leading != nil, blob.before.isEmpty {
        pieces.add(last: blob)
        continue
      }
      switch blob.owner {
      case .piece(let label, let number):
        pieces.add(blob.slice, number, of: label)
      case nil:
        report.unknown += 1
        addLine("\(blob.id): it does not say for what it was put; it stays where it is")
      case .object(let bucket, let key, let metadata):
        if metadata == nil { note("its metadata were too long to travel with it", of: key, in: bucket, &report) }
        if blob.needsDigests {
          note("its MD5 could not be computed: its entity tag is another now", of: key, in: bucket, &report)
        }
        var metadata = metadata ?? blob.madeUpMetadata
        if metadata.etag.isEmpty { metadata.etag = blob.entityTag }
        rows.append(.object(bucket: bucket, key: key, metadata, blob.content))
      case .pack:
        if let failure = blob.packFailure {
          report.incomplete += 1
          addLine(
            "\(blob.id): its list of objects was not given: \(failure); for its objects rebuild again, into empty tables"
          )
          continue
        }
        guard let entries = blob.packed else {
          report.unknown += 1
          addLine("\(blob.id): its list of objects cannot be read; it stays where it is")
          continue
        }
        rows.append(.pack(blob.slice, objects: entries.count))
        rows += entries.map {
          .object(bucket: $0.bucket, key: $0.key, $0.metadata, [$0.slice(of: blob.id)])
        }
      case .part(let bucket, let key, let upload, let number, let metadata):
        parts.add(blob, bucket: bucket, key: key, upload: upload, number: number, metadata)
      case .picture(let recorded):
        guard let picture = PictureMetadata(recorded, blob) else {
          report.incomplete += 1
          addLine("\(blob.id): images/\(recorded.name) could not be read; for it rebuild again, into empty tables")
          continue
        }
        if recorded.record == nil {
          report.incomplete += 1
          addLine("images/\(recorded.name): its original name and its size in pixels were too long to travel with it")
        }
        rows.append(.picture(picture, blob.slice))
      }
    }
    try await enter(rows)
  }

  private func note(_ flaw: String, of key: [UInt8], in bucket: String, _ report: inout Report) {
    report.incomplete += 1
    let key = PercentEncoding.encode(key, allowing: PercentEncoding.unreserved.union(ASCIISet("/")))
    addLine("\(bucket)/\(key): \(flaw)")
  }

  private nonisolated(nonsending) func enter(_ rows: [RebuildStatements.Row]) async throws(StorageError) {
    guard !rows.isEmpty else { return }
    try await names.transaction { _ in .commit(rows.flatMap(\.queries), ()) }
  }

  /// Asks the engine for the metadata of blobs, several at a time.
  private nonisolated(nonsending) func found(_ page: [ListedBlob]) async throws(StorageError) -> [FoundBlob] {
    let outcomes = await withTaskGroup(of: Result<FoundBlob?, BlobError>.self) { group in
      var outcomes: [Result<FoundBlob?, BlobError>] = []
      for (index, listed) in page.enumerated() {
        if index >= width, let outcome = await group.next() { outcomes.append(outcome) }
        group.addTask { await look(at: listed) }
      }
      for await outcome in group { outcomes.append(outcome) }
      return outcomes
    }
    do throws(BlobError) {
      var found: [FoundBlob] = []
      for outcome in outcomes { if let blob = try outcome.get() { found.append(blob) } }
      return found
    } catch { throw StorageError(error) }
  }

  private nonisolated(nonsending) func look(at listed: ListedBlob) async -> Result<FoundBlob?, BlobError> {
    // Names that this program does not give are somebody else's.
    guard let id = BlobID(listed.name) else { return .success(nil) }
    do throws(BlobError) {
      let status = try await blobs.head(id)
      var blob = FoundBlob(
        id: id, length: status.length, etag: status.etag, md5: status.md5, modified: listed.modified,
        owner: status.metadata.flatMap { BlobOwner($0) },
        leading: status.metadata.flatMap { BlobMetadata.LeadingPieces($0) })
      if case .pack(let offset)? = blob.owner {
        // What the engine has lost, or does not give now, keeps nobody from finding the rest.
        do throws(BlobError) {
          blob.packed = try await Pack.entries(of: id, directoryAt: offset, length: blob.length, in: blobs)
        } catch .missing, .damaged {} catch { blob.packFailure = error }
      }
      // What cannot be read keeps nobody from finding the rest.
      if blob.needsDigests, let (crc32, md5) = try? await digests(of: blob) { (blob.crc32, blob.md5) = (crc32, md5) }
      return .success(blob)
    } catch .missing {
      return .success(nil)
    } catch {
      return .failure(error)
    }
  }

  /// Reads a blob through, of which the engine does not tell enough.
  private nonisolated(nonsending) func digests(of blob: FoundBlob) async throws(StorageError) -> (UInt32, [UInt8]) {
    var crc32 = CRC32()
    var md5 = MD5()
    do throws(BlobError) {
      let reader = try await blobs.read(blob.slice)
      while let bytes = try await reader.next() {
        crc32.update(bytes.span)
        md5.update(bytes.span)
      }
    } catch { throw StorageError(error) }
    return (crc32.value, md5.finalize())
  }
}
