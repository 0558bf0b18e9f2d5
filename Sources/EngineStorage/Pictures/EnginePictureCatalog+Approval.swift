internal import PostgreSQL
public import Storage

extension EnginePictureCatalog {
  private static let approval = SQLStatement(
    """
    UPDATE pictures SET listed = true, metadata = replace(metadata, ',"queued":true}', '}')
    WHERE name = ANY ($1) AND queued
    RETURNING name, uploaded, listed, expires, size, sha256, md5, metadata
    """)

  /// Changes the rows. What travels with their blobs stays as it is: a rebuild has them wait once more.
  public nonisolated(nonsending) func approve(_ names: [StoredName]) async throws(StorageError) -> [PictureMetadata] {
    let wanted = SQLValue.byteArrays(names.map { Array($0.text.utf8) })
    return try pictures(
      try await self.names.transaction { transaction in
        .commit([], try await transaction.run([Self.approval(wanted)])[0])
      })
  }
}
