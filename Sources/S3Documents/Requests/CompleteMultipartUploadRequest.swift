internal import HTTPSemantics

/// The document of CompleteMultipartUpload: the parts of which the object is to be made.
public struct CompleteMultipartUploadRequest: Sendable, Equatable {
  /// A part, as the client remembers it.
  public struct Part: Sendable, Equatable {
    /// 1 to 10,000.
    public let number: Int
    /// The entity tag without its quotes.
    public let etag: String
    /// The checksum, if the client names one.
    public let checksum: ObjectChecksum?

    /// A part.
    public init(number: Int, etag: String, checksum: ObjectChecksum? = nil) {
      self.number = number
      self.etag = etag
      self.checksum = checksum
    }
  }

  /// The parts, whose numbers ascend. Of a part that was sent again and is named with both tags, the later one counts.
  public let parts: [Part]

  private static let shape = ElementShape.elements(repeated: [
    "Part": .elements(
      Dictionary(
        (["PartNumber", "ETag"] + ChecksumAlgorithm.allCases.map(\.elementName)).map { ($0, ElementShape.text) }
      ) { $1 })
  ])

  /// Reads the document.
  ///
  /// - Throws: `MalformedXML`, also for no part and for more than 10,000; `InvalidPartOrder`; `InvalidArgument` for a
  ///   part's number or checksum.
  public init(_ bytes: [UInt8]) throws(S3Error) {
    // A list of no parts may come as no body at all.
    guard !bytes.isEmpty else { throw .malformedXML }
    let root = try RequestDocument.parse(bytes, root: "CompleteMultipartUpload", Self.shape, limits: .large)
    let elements = root.all("Part")
    guard (1...PartNumber.maximum).contains(elements.count) else { throw .malformedXML }
    var parts: [Part] = []
    for element in elements {
      let part = try Part(element)
      if let last = parts.last {
        // The same part twice is refused; one that was sent again has another tag.
        guard last.number < part.number || (last.number == part.number && last.etag != part.etag) else {
          throw .invalidPartOrder
        }
        if last.number == part.number { parts.removeLast() }
      }
      parts.append(part)
    }
    self.parts = parts
  }
}

extension CompleteMultipartUploadRequest.Part {
  fileprivate init(_ element: XMLElement) throws(S3Error) {
    number = try PartNumber.parse(try element.text(of: "PartNumber").trimmed)
    etag = Quotes.stripped(try element.text(of: "ETag"))
    var checksum: ObjectChecksum?
    for algorithm in ChecksumAlgorithm.allCases {
      guard let text = try element.optionalText(of: algorithm.elementName) else { continue }
      guard checksum == nil, let received = ObjectChecksum(algorithm: algorithm, received: text.trimmed) else {
        throw .invalidArgument(
          "Invalid Base64 or multiple checksums present in request", name: algorithm.elementName, value: text)
      }
      checksum = received
    }
    self.checksum = checksum
  }
}
