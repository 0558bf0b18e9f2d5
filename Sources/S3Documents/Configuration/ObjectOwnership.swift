/// Who owns what other accounts put into a bucket: the document `OwnershipControls`, and the field
/// `x-amz-object-ownership`.
public enum ObjectOwnership: String, Sendable {
  /// The bucket's owner; access control lists are switched off.
  case bucketOwnerEnforced = "BucketOwnerEnforced"
  /// The bucket's owner, where the writer grants it full control.
  case bucketOwnerPreferred = "BucketOwnerPreferred"
  /// The writer.
  case objectWriter = "ObjectWriter"

  /// Reads the field.
  ///
  /// - Throws: `InvalidArgument`.
  public init(field value: String) throws(S3Error) {
    guard let ownership = ObjectOwnership(rawValue: value) else {
      throw .invalidArgument("Invalid x-amz-object-ownership header: \(value)", name: "x-amz-object-ownership")
    }
    self = ownership
  }

  private static let shape = ElementShape.elements(repeated: ["Rule": .texts("ObjectOwnership")])

  /// Reads the document, which has one rule.
  ///
  /// - Parameter isStored: whether it comes from the storage, which may have taken it when there were fewer rules for it.
  /// - Throws: `MalformedXML`.
  public init(document bytes: [UInt8], isStored: Bool = false) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "OwnershipControls", isStored ? nil : Self.shape)
    let rules = root.all("Rule")
    guard rules.count == 1, let ownership = ObjectOwnership(rawValue: try rules[0].text(of: "ObjectOwnership")) else {
      throw .malformedXML
    }
    self = ownership
  }

  /// The document.
  public var document: [UInt8] {
    XMLWriter.document("OwnershipControls") { xml in
      xml.element("Rule") { xml in xml.element("ObjectOwnership", rawValue) }
    }
  }
}
