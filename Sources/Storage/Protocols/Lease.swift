/// Who does what only one process at a time should do, such as the chores. A lease ends with its holder.
public protocol Lease: Sendable {
  /// Takes the lease, unless somebody else holds it.
  /// - Returns: whether it is held now.
  nonisolated(nonsending) func take() async throws(StorageError) -> Bool

  /// Whether it is still held: a holder that was cut off from the storage has lost it.
  nonisolated(nonsending) func isHeld() async -> Bool

  /// Gives it back.
  nonisolated(nonsending) func giveBack() async
}
