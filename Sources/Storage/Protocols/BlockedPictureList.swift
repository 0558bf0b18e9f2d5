/// The pictures that may not be stored, by the SHA-256 of their bytes. A change is effective at once for whoever publishes,
/// in every process and on every host.
public protocol BlockedPictureList: Sendable {
  /// All of them, the newest first.
  nonisolated(nonsending) func blockedPictures() async throws(StorageError) -> [BlockedPicture]

  /// Puts pictures on the list, all or none; one that is on it already stays as it is. Copies that are stored stay, too.
  nonisolated(nonsending) func block(_ pictures: [BlockedPicture]) async throws(StorageError)

  /// Takes a picture off the list.
  /// - Throws: `noSuchKey` if it is not on it.
  nonisolated(nonsending) func unblock(_ sha256: [UInt8]) async throws(StorageError)
}

extension BlockedPictureList {
  /// Puts one picture on the list.
  public nonisolated(nonsending) func block(_ picture: BlockedPicture) async throws(StorageError) {
    try await block([picture])
  }
}
