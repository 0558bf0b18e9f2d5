public import Posix
public import Storage

/// What moderators remove goes to the trash, from which it can come back for a day; what an uploader deletes, and what is
/// over, is gone at once.
extension Pictures {
  /// Seconds that a picture stays in the trash.
  public static let trashLifetime: Int64 = 86_400
  /// Pictures that are moved at once.
  private static let batch = 500

  /// Moves pictures to the trash.
  /// - Returns: those that there were.
  public nonisolated(nonsending) func trash(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    var removed: [PictureMetadata] = []
    var rest = names[...]
    while !rest.isEmpty {
      removed += try await trash.trash(Array(rest.prefix(Self.batch)))
      rest = rest.dropFirst(Self.batch)
    }
    return removed
  }

  /// Blocks pictures, and moves every copy of them to the trash.
  /// - Returns: what was moved.
  public nonisolated(nonsending) func block(
    _ names: [StoredName], now: Timestamp = Clock.now()
  ) async throws(StorageError) -> [PictureMetadata] {
    var removed: [PictureMetadata] = []
    var rest = names[...]
    while !rest.isEmpty {
      let found = try await catalog.metadata(ofEach: Array(rest.prefix(Self.batch)))
      removed += try await block(
        found.map { BlockedPicture(sha256: $0.content.sha256, name: $0.originalName, blocked: now) })
      rest = rest.dropFirst(Self.batch)
    }
    return removed
  }

  /// The names of pictures that a filter accepts, whether or not they are listed.
  /// - Parameter limit: how many at most.
  public nonisolated(nonsending) func names(
    of filter: PictureFilter, limit: Int
  ) async throws(StorageError) -> [StoredName] {
    var names: [StoredName] = []
    var query = PictureQuery(limit: min(limit, 1_000), filter, includesUnlisted: true)
    repeat {
      let page = try await catalog.list(query)
      names += page.images.map(\.name)
      query.after = page.next
    } while query.after != nil && names.count < limit
    return Array(names.prefix(limit))
  }

  /// Brings pictures back from the trash; those that are blocked stay there.
  /// - Returns: those that are back.
  public nonisolated(nonsending) func restore(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    try await trash.restore(names)
  }

  /// A part of the trash, what came last first.
  public nonisolated(nonsending) func trashed(
    after: PictureCursor? = nil, limit: Int
  ) async throws(StorageError) -> [TrashedPicture] {
    try await trash.trashed(after: after, limit: limit)
  }

  /// Removes pictures in the trash for good.
  /// - Returns: those that were there.
  public nonisolated(nonsending) func discardTrashed(
    _ names: [StoredName]
  ) async throws(StorageError) -> [StoredName] {
    try await trash.discardTrashed(names)
  }

  /// Removes for good what has been in the trash for a day.
  /// - Returns: how many.
  public nonisolated(nonsending) func emptyTrash(now: Timestamp = Clock.now()) async throws(StorageError) -> Int {
    let limit = Timestamp(seconds: now.seconds - Self.trashLifetime, nanoseconds: now.nanoseconds)
    var count = 0
    while true {
      let removed = try await trash.emptyTrash(before: limit, limit: Self.batch)
      count += removed
      if removed < Self.batch { return count }
    }
  }
}
