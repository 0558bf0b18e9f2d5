internal import Posix
public import Storage

/// What visitors report. It is kept for as long as the picture is there, or in the trash, and nobody has dismissed it.
extension Pictures {
  /// Takes a report.
  public nonisolated(nonsending) func report(_ report: PictureReport) async throws(StorageError) -> ReportOutcome {
    let outcome = try await reports.add(report)
    guard outcome == .full else { return outcome }
    try await dropReportsOfMissing()
    return try await reports.add(report)
  }

  /// The pictures that were reported and are there, the one of the newest report first.
  public nonisolated(nonsending) func reportedPictures() async throws(StorageError) -> [ReportedPicture] {
    let ofPictures = Dictionary(grouping: try await reports.all().reversed(), by: \.picture)
    return try await metadata(ofEach: Array(ofPictures.keys))
      .map { ReportedPicture(picture: $0, reports: ofPictures[$0.name] ?? []) }
      .sorted { PictureOrder.newest.precedes($0.cursor, $1.cursor) }
  }

  /// Forgets what was reported of pictures.
  /// - Returns: those of which something was.
  public nonisolated(nonsending) func dismissReports(
    of names: [StoredName]
  ) async throws(StorageError) -> [StoredName] {
    try await reports.remove(of: Set(names))
  }

  /// Forgets what was reported of pictures that are gone for good.
  public nonisolated(nonsending) func dropReportsOfMissing() async throws(StorageError) {
    var missing = Set(try await reports.all().map(\.picture))
    guard !missing.isEmpty else { return }
    missing.subtract(try await catalog.metadata(ofEach: Array(missing)).map(\.name))
    // Out of the trash a picture may come back, and what was reported of it with it.
    var after: PictureCursor?
    while !missing.isEmpty {
      let part = try await trash.trashed(after: after, limit: 1_000)
      guard let last = part.last else { break }
      missing.subtract(part.map(\.picture.name))
      after = last.cursor
    }
    if !missing.isEmpty { _ = try await reports.remove(of: missing) }
  }
}
