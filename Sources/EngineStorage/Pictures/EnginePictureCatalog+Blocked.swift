internal import PostgreSQL
public import Posix
public import Storage

extension EnginePictureCatalog: BlockedPictureList {
  private static let all = SQLStatement(
    "SELECT sha256, name, blocked FROM blocked_pictures ORDER BY blocked DESC, name DESC")
  private static let insert = SQLStatement(
    "INSERT INTO blocked_pictures (sha256, name, blocked) VALUES ($1, $2, $3) ON CONFLICT (sha256) DO NOTHING")
  private static let delete = SQLStatement("DELETE FROM blocked_pictures WHERE sha256 = $1")

  /// Reads the table.
  public nonisolated(nonsending) func blockedPictures() async throws(StorageError) -> [BlockedPicture] {
    let rows = try await names.read(Self.all())[0]
    return try NameDatabase.decode { () throws(PostgreSQLError) in
      var blocked: [BlockedPicture] = []
      for row in rows.rows {
        blocked.append(
          BlockedPicture(
            sha256: try row.bytes(0), name: String(decoding: try row.bytes(1), as: UTF8.self),
            blocked: Timestamp(totalNanoseconds: try row.integer(2))))
      }
      return blocked
    }
  }

  /// Waits for publications of the pictures that are under way: they are stored before, or refused.
  public nonisolated(nonsending) func block(_ pictures: [BlockedPicture]) async throws(StorageError) {
    // In one order, so that no two transactions wait for each other.
    let ordered = pictures.sorted { $0.sha256.lexicographicallyPrecedes($1.sha256) }
    try await names.transaction { _ in
      .commit(
        ordered.flatMap { picture in
          [
            NameLocks.picture(picture.sha256),
            Self.insert(
              .bytes(picture.sha256), .bytes(Array(picture.name.utf8)), .integer(picture.blocked.totalNanoseconds)),
          ]
        }, ())
    }
  }

  /// Takes the row away.
  public nonisolated(nonsending) func unblock(_ sha256: [UInt8]) async throws(StorageError) {
    try await names.transaction { transaction in
      guard try await transaction.run([Self.delete(.bytes(sha256))])[0].affected == 1 else {
        throw StorageError.noSuchKey
      }
      return .commit([], ())
    }
  }
}

/// Nothing is left half done, and nobody else brings pictures.
extension EnginePictureCatalog: PictureMaintenance {
  /// What was not committed is undone by the database.
  public nonisolated(nonsending) func settleAbandonedPictures() async throws(StorageError) {}

  /// A picture is in the list as soon as it has its name.
  public var hasPicturesToList: Bool { false }

  /// There are none.
  public nonisolated(nonsending) func listPublishedPictures() async throws(StorageError) {}

  /// Cannot be told.
  public nonisolated(nonsending) func lastPictureChange() async -> Timestamp? { nil }

  /// Looks at nothing.
  public nonisolated(nonsending) func reconcilePictures() async throws(StorageError) -> PictureReconciliation {
    PictureReconciliation()
  }

  /// All are known.
  public nonisolated(nonsending) func completePictureDigests(limit: Int) async throws(StorageError) -> Bool { false }
}
