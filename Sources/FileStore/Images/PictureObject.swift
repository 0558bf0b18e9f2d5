/// A picture as the object store shows it.
public struct PictureObject: Sendable {
  /// Its name, which is its key.
  public var name: StoredName
  /// What it is as an object, as far as the list knows: without what the put said that brought it.
  public var facts: ObjectFacts
}
