public import HTTPSemantics
internal import Journal

/// A response that stands in memory.
public struct WebResponse: Sendable {
  /// The status.
  public var status: HTTPStatus
  /// The header fields, without Content-Length, which follows from the body and goes behind them.
  public var fields: HeaderFields
  /// The body.
  public var body: [UInt8]

  /// A response of given bytes.
  public init(status: HTTPStatus, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
    self.status = status
    self.fields = fields
    self.body = body
  }

  /// A response that is a JSON document.
  public init(status: HTTPStatus, json: JSONValue, type: String = "application/json") {
    self.init(
      status: status, fields: HeaderFields([("Content-Type", type), ("X-Content-Type-Options", "nosniff")]),
      body: JSONWriter.write(json) + [UInt8(ascii: "\n")])
  }

  /// A response that is a page for people.
  public init(status: HTTPStatus, page: Page) {
    self.init(status: status, fields: page.fields, body: Array(page.markup.html.utf8))
    fields.set("Content-Language", page.language.rawValue)
    fields.set("Vary", Page.negotiatedFields)
  }

  /// A plain text.
  public init(status: HTTPStatus, text: String, type: String = "text/plain; charset=utf-8") {
    self.init(status: status, fields: HeaderFields([("Content-Type", type)]), body: Array(text.utf8))
  }

  /// The response as a CGI script prints it (RFC 3875, section 6): the status as a field, then the others, then the
  /// body.
  /// - Parameter withoutBody: for HEAD: the length is announced, the body is not sent.
  public func serialized(withoutBody: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(body.count + 512)
    Self.append(status, fields, to: &bytes)
    if status.allowsContent {
      bytes.append(contentsOf: "Content-Length: ".utf8)
      bytes.append(contentsOf: String(body.count).utf8)
      bytes.append(contentsOf: [13, 10])
    }
    bytes.append(contentsOf: [13, 10])
    if !withoutBody, status.allowsContent { bytes.append(contentsOf: body) }
    return bytes
  }

  /// The head of a CGI response, up to and with the empty line.
  public static func head(_ status: HTTPStatus, _ fields: HeaderFields) -> [UInt8] {
    var bytes: [UInt8] = []
    append(status, fields, to: &bytes)
    bytes.append(contentsOf: [13, 10])
    return bytes
  }

  private static func append(_ status: HTTPStatus, _ fields: HeaderFields, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: "Status: ".utf8)
    bytes.append(contentsOf: String(status.code).utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: status.reason.utf8)
    bytes.append(contentsOf: [13, 10])
    fields.serialize(into: &bytes)
  }
}
