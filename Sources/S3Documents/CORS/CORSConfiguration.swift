import HTTPSemantics

/// A bucket's CORS configuration: rules, of which the first that fits counts.
public struct CORSConfiguration: Sendable, Equatable {
  /// The most rules that a bucket may have.
  public static let ruleLimit = 100

  /// The rules in their order.
  public let rules: [CORSRule]

  private static let shape = ElementShape.elements(repeated: [
    "CORSRule": .elements(
      ["ID": .text, "MaxAgeSeconds": .text],
      repeated: ["AllowedOrigin": .text, "AllowedMethod": .text, "AllowedHeader": .text, "ExposeHeader": .text])
  ])

  /// Reads the document of PutBucketCors.
  ///
  /// - Parameter isStored: whether it comes from the storage, which may have taken it when there were fewer rules for it.
  /// - Throws: `MalformedXML`, `InvalidRequest` for a rule that makes no sense.
  public init(document bytes: [UInt8], isStored: Bool = false) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "CORSConfiguration", isStored ? nil : Self.shape)
    var rules: [CORSRule] = []
    for element in root.all("CORSRule") { rules.append(try CORSRule(element)) }
    guard (1...Self.ruleLimit).contains(rules.count) else { throw .malformedXML }
    self.rules = rules
  }
}

extension CORSRule {
  private static let methods: [HTTPMethod] = [.get, .put, .post, .delete, .head]

  fileprivate init(_ element: XMLElement) throws(S3Error) {
    id = try element.optionalText(of: "ID")
    allowedOrigins = element.all("AllowedOrigin").map(\.text.trimmed)
    allowedMethods = element.all("AllowedMethod").map { HTTPMethod(rawValue: $0.text.trimmed) }
    allowedHeaders = element.all("AllowedHeader").map(\.text.trimmed)
    origins = allowedOrigins.map { CORSPattern($0) }
    headers = allowedHeaders.map { CORSPattern($0.asciiLowercased) }
    exposedHeaders = element.all("ExposeHeader").map(\.text.trimmed)
    if let text = try element.optionalText(of: "MaxAgeSeconds")?.trimmed {
      guard let seconds = text.decimalNumber, seconds <= UInt64(Int32.max) else { throw .malformedXML }
      maxAge = Int(seconds)
    } else {
      maxAge = nil
    }
    try check()
  }

  private func check() throws(S3Error) {
    guard !allowedOrigins.isEmpty, !allowedMethods.isEmpty, (id?.utf8.count ?? 0) <= 255 else { throw .malformedXML }
    for method in allowedMethods where !Self.methods.contains(method) {
      throw .invalidRequest(
        "Found unsupported HTTP method in CORS config. Unsupported method is \(method.rawValue)")
    }
    for (name, texts) in [("AllowedOrigin", allowedOrigins), ("AllowedHeader", allowedHeaders)] {
      for text in texts where text.utf8.count(where: { $0 == UInt8(ascii: "*") }) > 1 {
        throw .invalidRequest("\(name) \"\(text)\" can not have more than one wildcard.")
      }
    }
    for name in exposedHeaders where !HeaderFields.isName(name) || name.contains("*") {
      throw .invalidRequest("ExposeHeader \"\(name)\" contains invalid character.")
    }
  }
}
