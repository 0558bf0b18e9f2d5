public import Storage

/// One side of a copy: all that a storage keeps.
public struct CopiedStorage: Sendable {
  /// Buckets and their objects.
  public var objects: any ObjectStore & MultipartStore & BucketCatalog
  /// Pictures, and those that are blocked.
  public var pictures: any PictureCatalog & BlockedPictureList
  /// Small documents.
  public var documents: any DocumentStore

  /// A side.
  public init(
    objects: any ObjectStore & MultipartStore & BucketCatalog, pictures: any PictureCatalog & BlockedPictureList,
    documents: any DocumentStore
  ) {
    self.objects = objects
    self.pictures = pictures
    self.documents = documents
  }
}

/// How a copy is made.
public struct CopyOptions: Sendable {
  /// The documents that are copied, by name.
  public var documents: [String]
  /// Whether what the source does not have is removed from the destination.
  public var removes = false
  /// Whether everything is read back from the destination, also what was there before.
  public var verifies = false
  /// How many objects are on their way at once.
  public var width = 16
  /// How often something is tried while a storage is away: after a second, after two more, after four.
  public var attempts = 7

  /// The usual way.
  public init(documents: [String] = []) { self.documents = documents }
}
