/// The versions of an object where no bucket keeps earlier ones: there is one, `null`.
public enum SingleVersion {
  /// Refuses every id but that of the one version.
  /// - Parameter id: nil for the current version.
  /// - Throws: `noSuchVersion`.
  public static func check(_ id: String?) throws(StorageError) {
    guard let id, id != "null" else { return }
    throw .noSuchVersion(id)
  }
}
