/// The document `Tagging`.
extension TagSet {
  /// What an element of tags may hold.
  static let shape = ElementShape.elements(repeated: ["Tag": .texts("Key", "Value")])

  /// Reads the document of PutObjectTagging or PutBucketTagging, or the field `tagging` of a form.
  ///
  /// - Throws: `MalformedXML` or `InvalidTag`.
  public init(document bytes: [UInt8], limit: Int) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "Tagging", .elements(["TagSet": Self.shape]))
    guard let element = root.first("TagSet") else { throw .malformedXML }
    try self.init(element: element, limit: limit)
  }

  /// Takes tags from an element that has a `Tag` for each.
  init(element: XMLElement, limit: Int) throws(S3Error) {
    var tags: [Tag] = []
    for tag in element.all("Tag") {
      tags.append(Tag(key: try tag.text(of: "Key"), value: try tag.text(of: "Value")))
    }
    try self.init(tags, limit: limit)
  }

  /// The document.
  public var document: [UInt8] {
    XMLWriter.document("Tagging") { xml in
      xml.element("TagSet") { xml in
        for tag in tags {
          xml.element("Tag") { xml in
            xml.element("Key", tag.key)
            xml.element("Value", tag.value)
          }
        }
      }
    }
  }
}
