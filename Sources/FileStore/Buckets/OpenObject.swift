public import Posix

/// An object, open to be read.
public struct OpenObject: Sendable {
  /// The file.
  public let file: SharedDescriptor
  /// Its facts.
  public let facts: ObjectFacts
  /// What the file must still be while it is read. Changes of attributes and names do not count: those of an object
  /// change while others read it.
  public let version: FileVersion

  /// An open file with its facts.
  /// - Parameter status: of the file, before its facts were read.
  public init(file: SharedDescriptor, facts: ObjectFacts, _ status: FileStatus) {
    self.file = file
    self.facts = facts
    version = FileVersion(contentOf: status)
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
