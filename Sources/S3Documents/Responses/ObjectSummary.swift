/// What a listing says of an object.
public struct ObjectSummary: Sendable, Equatable {
  /// The key.
  public let key: ObjectKey
  /// When it was stored, in seconds since 1970.
  public let lastModified: Int64
  /// The entity tag without its quotes.
  public let etag: String
  /// Bytes.
  public let size: UInt64
  /// Whose it is.
  public let owner: Owner
  /// Its storage class.
  public let storageClass: StorageClass
  /// The algorithm of its checksum, if it has one.
  public let checksumAlgorithm: ChecksumAlgorithm?
  /// What its checksum is made of.
  public let checksumType: ChecksumType?

  /// An object.
  public init(
    key: ObjectKey, lastModified: Int64, etag: String, size: UInt64, owner: Owner,
    storageClass: StorageClass = .standard,
    checksumAlgorithm: ChecksumAlgorithm? = nil, checksumType: ChecksumType? = nil
  ) {
    self.key = key
    self.lastModified = lastModified
    self.etag = etag
    self.size = size
    self.owner = owner
    self.storageClass = storageClass
    self.checksumAlgorithm = checksumAlgorithm
    self.checksumType = checksumType
  }

  /// Writes the element `Contents` of ListObjects.
  func write(to xml: inout XMLWriter, _ encoding: EncodingType?, showsOwner: Bool) {
    xml.element("Contents") { xml in
      xml.element("Key", encoding.encode(key.text))
      writeMetadata(to: &xml, showsOwner: showsOwner)
    }
  }

  /// Writes the element `Version` of ListObjectVersions: the object is its only version, `null`.
  func writeVersion(to xml: inout XMLWriter, _ encoding: EncodingType?) {
    xml.element("Version") { xml in
      xml.element("Key", encoding.encode(key.text))
      xml.element("VersionId", VersionID.null)
      xml.element("IsLatest", true)
      writeMetadata(to: &xml, showsOwner: true)
    }
  }

  private func writeMetadata(to xml: inout XMLWriter, showsOwner: Bool) {
    xml.element("LastModified", time: lastModified)
    xml.entityTag(etag)
    xml.element(optional: "ChecksumAlgorithm", checksumAlgorithm?.rawValue)
    xml.element(optional: "ChecksumType", checksumType?.rawValue)
    xml.element("Size", size)
    if showsOwner { xml.element("Owner", owner) }
    xml.element("StorageClass", storageClass.rawValue)
  }
}

/// The ids of versions. A bucket without versioning has one for every object.
public enum VersionID {
  /// The id of the only version.
  public static let null = "null"
}
