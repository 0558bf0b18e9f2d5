internal import Digests
public import Storage

extension EngineDocumentStore {
  /// The name of the document that holds the secret.
  public static let secretName = "secret"
  private static let secretLength = 32

  /// The random bytes that tokens are made from: the same for every host, made by the first that asks.
  public nonisolated(nonsending) func secret() async throws(StorageError) -> [UInt8] {
    while true {
      if let known = try await document(Self.secretName) {
        // A shorter one would make every token easy to guess.
        guard known.bytes.count == Self.secretLength else {
          throw .index("the document \(Self.secretName) of the database is damaged")
        }
        return known.bytes
      }
      let made = SecureRandom.bytes(Self.secretLength)
      do throws(StorageError) {
        _ = try await replace(Self.secretName, nil, with: made)
        return made
      } catch .conflict {
        // Another host was faster.
      }
    }
  }
}
