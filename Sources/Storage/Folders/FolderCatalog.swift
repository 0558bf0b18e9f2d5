/// The photo folders by their names. What is in one is a tree of the bucket `photos`.
public protocol FolderCatalog: Sendable {
  /// The names of all folders, empty ones too, in the order of their bytes.
  nonisolated(nonsending) func folderNames() async throws(StorageError) -> [FolderName]
}
