/// Reads the subset of XML 1.0 in which S3's clients write requests: elements, character data with the predefined and
/// numeric references, CDATA sections, comments, attributes, and an XML declaration.
///
/// Document type declarations are refused, and with them every entity that could grow or reach outside. So are
/// processing instructions, and any encoding but UTF-8. Time is linear in the bytes; memory is bounded by the limits.
enum XMLParser {
  /// What a document may not exceed.
  struct Limits: Sendable {
    /// Bytes in all.
    var bytes: Int
    /// Levels of elements.
    var depth: Int
    /// Elements in all.
    var elements: Int

    /// Limits that hold the largest document that S3 takes: a completion of 10,000 parts, each with its checksum.
    init(bytes: Int = 8 << 20, depth: Int = 16, elements: Int = 100_000) {
      self.bytes = bytes
      self.depth = depth
      self.elements = elements
    }
  }

  /// The root element of the document that `bytes` write.
  ///
  /// - Throws: `XMLError` at the first fault.
  static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(XMLError) -> XMLElement {
    guard bytes.count <= limits.bytes else { throw XMLError(reason: .tooLarge, offset: limits.bytes) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw XMLError(reason: .invalidEncoding, offset: 0) }
    var reader = XMLReader(bytes: bytes, limits: limits)
    return try reader.document()
  }
}
