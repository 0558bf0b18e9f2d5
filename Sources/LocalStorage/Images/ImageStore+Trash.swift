internal import DurableFiles
internal import Posix
internal import Storage

extension ImageStore {
  /// Moves pictures to the trash. What was moved when an error comes is treated like the rest.
  /// - Returns: those that there were.
  func trash(_ names: [StoredName]) throws(StorageError) -> [PictureMetadata] {
    let trash = try TrashFolder(of: folder)
    let lock = try trash.lock()
    defer { withExtendedLifetime(lock) {} }
    var moved: [PictureMetadata] = []
    var failure: StorageError?
    for name in names where failure == nil {
      do throws(StorageError) {
        guard let picture = try metadata(of: name), try trash.take(name, from: folder) else { continue }
        moved.append(picture)
      } catch { failure = error }
    }
    guard !moved.isEmpty else {
      if let failure { throw failure }
      return []
    }
    // The new place first: a power cut between the two leaves the picture in one of them.
    try trash.synchronize()
    try folder.synchronize()
    for picture in moved {
      thumbnails.remove(picture.name)
      expiryMarks.remove(picture.name)
    }
    try index.remove(moved.map(\.name)) { isThere($0) }
    if let failure { throw failure }
    return moved
  }

  /// Brings pictures back from the trash.
  /// - Returns: those that are back.
  func restore(_ names: [StoredName]) throws(StorageError) -> [PictureMetadata] {
    let given = try bringBack(names)
    _ = try list(Set(given))
    return try settled(given)
  }

  private func bringBack(_ names: [StoredName]) throws(StorageError) -> [StoredName] {
    let trash = try TrashFolder(of: folder)
    let lock = try trash.lock()
    defer { withExtendedLifetime(lock) {} }
    var given: [StoredName] = []
    for name in names {
      guard let picture = try trash.attributes(of: name)?.metadata(name: name),
        try !blocked.contains(picture.content.sha256)
      else { continue }
      // Before it can be asked for.
      if picture.expiresAt != nil { try expiryMarks.add(name) }
      do throws(StorageError) { try trash.give(name, to: folder) } catch .objectExists, .noSuchKey { continue }
      given.append(name)
    }
    guard !given.isEmpty else { return [] }
    try folder.synchronize()
    for name in given { _ = try trash.remove(name) }
    try trash.synchronize()
    return given
  }

  /// Whoever blocked one of them meanwhile may have looked for copies before it could be found.
  private func settled(_ names: [StoredName]) throws(StorageError) -> [PictureMetadata] {
    var back: [PictureMetadata] = []
    var refused: [StoredName] = []
    for name in names {
      guard let picture = try metadata(of: name) else { continue }
      if try blocked.contains(picture.content.sha256) { refused.append(name) } else { back.append(picture) }
    }
    if !refused.isEmpty { _ = try self.trash(refused) }
    return back
  }

  /// A part of the trash, what came last first.
  func trashed(after: PictureCursor?, limit: Int) throws(StorageError) -> [TrashedPicture] {
    let trash = try TrashFolder(of: folder)
    let order = PictureOrder.newest
    let places = try trash.entries().map { entry in
      (
        name: entry.name, came: entry.came,
        cursor: PictureCursor(position: entry.came.totalNanoseconds, name: entry.name.text)
      )
    }
    let wanted = places.filter { entry in after.map { order.precedes($0, entry.cursor) } ?? true }
      .sorted { order.precedes($0.cursor, $1.cursor) }
    var found: [TrashedPicture] = []
    for entry in wanted {
      guard found.count < limit else { break }
      guard let picture = try trash.attributes(of: entry.name)?.metadata(name: entry.name) else { continue }
      found.append(TrashedPicture(picture: picture, trashedAt: entry.came))
    }
    return found
  }

  /// Removes pictures in the trash for good.
  func discardTrashed(_ names: [StoredName]) throws(StorageError) -> [StoredName] {
    let trash = try TrashFolder(of: folder)
    var removed: [StoredName] = []
    for name in names where try trash.remove(name) { removed.append(name) }
    if !removed.isEmpty { try trash.synchronize() }
    return removed
  }

  /// Removes what came into the trash before a moment.
  func emptyTrash(before: Timestamp, limit: Int) throws(StorageError) -> Int {
    let over = try TrashFolder(of: folder).entries().filter { $0.came < before }.prefix(max(0, limit))
    return over.isEmpty ? 0 : try discardTrashed(over.map(\.name)).count
  }
}
