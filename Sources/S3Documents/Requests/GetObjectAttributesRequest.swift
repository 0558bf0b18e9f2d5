public import HTTPSemantics

/// What GetObjectAttributes is asked for, in the fields of the request.
public struct GetObjectAttributesRequest: Sendable, Equatable {
  /// What can be asked for. The raw value is S3's name.
  public enum Attribute: String, Sendable {
    /// The entity tag.
    case etag = "ETag"
    /// The checksum.
    case checksum = "Checksum"
    /// The parts of which the object was made.
    case objectParts = "ObjectParts"
    /// The storage class.
    case storageClass = "StorageClass"
    /// The size.
    case objectSize = "ObjectSize"
  }

  /// What is wanted.
  public let attributes: Set<Attribute>
  /// Parts at most.
  public let partLimit: Int
  /// The number of the part behind which the parts begin.
  public let partMarker: Int

  /// Reads the fields.
  ///
  /// - Throws: `InvalidArgument`; `InvalidRequest` if nothing is asked for.
  public init(_ headers: HeaderFields) throws(S3Error) {
    var attributes: Set<Attribute> = []
    for name in (headers.list(of: "x-amz-object-attributes") ?? "").split(separator: ",") {
      let name = name.trimmed
      if name.isEmpty { continue }
      guard let attribute = Attribute(rawValue: name) else {
        throw .invalidArgument("Invalid attribute name specified.", name: "x-amz-object-attributes", value: name)
      }
      attributes.insert(attribute)
    }
    guard !attributes.isEmpty else {
      throw .invalidRequest("The x-amz-object-attributes header specifying the attributes to be retrieved is missing")
    }
    self.attributes = attributes
    // A value that is no number counts as if it were missing.
    partLimit = PageLimit.lenient(headers["x-amz-max-parts"], maximum: 1000)
    partMarker = try PageLimit.parse(
      headers["x-amz-part-number-marker"], name: "x-amz-part-number-marker", maximum: PartNumber.maximum, absent: 0)
  }
}
