public import Posix

/// An object, open to be read.
public struct OpenObject: Sendable {
  /// The file.
  public let file: SharedDescriptor
  /// Its facts.
  public let facts: ObjectFacts

  /// An open file with its facts.
  public init(file: SharedDescriptor, facts: ObjectFacts) {
    self.file = file
    self.facts = facts
  }

  /// Digests of the bytes, read once from beginning to end.
  public func digests() throws(StoreError) -> ContentDigests {
    do throws(Errno) {
      return try file.descriptor.contentDigests()
    } catch {
      throw StoreError(error, "digesting an object")
    }
  }
}
