internal import HTTPSemantics

/// Reading the documents that requests carry.
enum RequestDocument {
  /// The root element of a document, which must be named `root`.
  ///
  /// - Parameter shape: what the element may hold; nil for a document that was kept before this was asked for, of which
  ///   what is understood still counts.
  /// - Throws: `MissingRequestBodyError` for nothing, `MaxMessageLengthExceeded` for too much, else `MalformedXML`.
  static func parse(
    _ bytes: [UInt8], root: String, _ shape: ElementShape?, limits: XMLParser.Limits = .small
  ) throws(S3Error) -> XMLElement {
    guard !bytes.isEmpty else { throw .missingRequestBodyError }
    let element: XMLElement
    do {
      element = try XMLParser.parse(bytes, limits: limits)
    } catch {
      throw error.reason == .tooLarge ? .maxMessageLengthExceeded : .malformedXML
    }
    guard element.name == root else { throw .malformedXML }
    try shape?.check(element)
    return element
  }
}

extension XMLParser.Limits {
  /// For documents of some rules or tags.
  static let small = XMLParser.Limits(bytes: 128 << 10, elements: 10_000)
  /// For the two documents that name thousands of parts or keys, and their checksums.
  static let large = XMLParser.Limits()
}

extension XMLElement {
  /// The text of the only child of that name.
  ///
  /// - Throws: `MalformedXML` if there is none, or more than one.
  func text(of name: String) throws(S3Error) -> String {
    guard let text = try optionalText(of: name) else { throw .malformedXML }
    return text
  }

  /// The text of the child of that name, nil if there is none.
  ///
  /// - Throws: `MalformedXML` if there is more than one.
  func optionalText(of name: String) throws(S3Error) -> String? {
    let children = all(name)
    guard children.count <= 1 else { throw .malformedXML }
    return children.first?.text
  }

  /// The boolean of the child of that name, false if there is none.
  ///
  /// - Throws: `MalformedXML` for any other text.
  func flag(_ name: String) throws(S3Error) -> Bool {
    switch try optionalText(of: name)?.trimmed.asciiLowercased {
    case nil, "false", "0": return false
    case "true", "1": return true
    default: throw .malformedXML
    }
  }
}
