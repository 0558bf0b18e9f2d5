/// The document of an error, as an S3 server sends it to those who ask it.
public struct ErrorAnswer: Sendable, Equatable {
  /// S3's code, such as `NoSuchKey`.
  public let code: String
  /// What the server says of it; may be empty.
  public let message: String
  /// The server's own number of the request, where the document has it.
  public let requestID: String?

  /// Reads a document; nil where the bytes are none that is understood, such as the page of a proxy.
  public init?(parsing bytes: [UInt8]) {
    let limits = XMLParser.Limits(bytes: 64 << 10, elements: 1_000)
    guard
      let root = try? XMLParser.parse(bytes, limits: limits), root.name == "Error", let code = root.first("Code"),
      !code.text.trimmed.isEmpty
    else { return nil }
    self.code = code.text.trimmed
    message = root.first("Message")?.text.trimmed ?? ""
    requestID = root.first("RequestId").map(\.text.trimmed).flatMap { $0.isEmpty ? nil : $0 }
  }
}
