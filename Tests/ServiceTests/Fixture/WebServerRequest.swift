import FastCGIFixture
import FastCGIWire

/// A request as nginx hands it on, with the parameters of nginx/fastcgi-parameters.conf.
struct WebServerRequest {
  /// The ports of the web server.
  enum Port: String {
    /// Pages, pictures and archives.
    case web = ""
    /// The S3 API.
    case objectStore = "s3"
    /// The console.
    case console = "console"
    /// The object store for whoever is signed in at the console.
    case consoleStore = "console-store"
  }

  static let host = "vitrine.example:8080"

  var method: String
  var target: String
  var port: Port
  /// Names and values of header fields; names in lower case.
  var fields: [String: String]
  /// The body; nil for none, not even of no length.
  var body: [UInt8]?

  init(
    _ method: String, _ target: String, _ port: Port, fields: [String: String] = [:], body: [UInt8]? = nil
  ) {
    (self.method, self.target, self.port, self.body) = (method, target, port, body)
    self.fields = Dictionary(uniqueKeysWithValues: fields.map { ($0.key.lowercased(), $0.value) })
    self.fields["host"] = self.fields["host"] ?? Self.host
  }

  /// Path and query, without and with a question mark between them.
  var parts: (path: String, query: String) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
  }

  /// The bytes that a web server writes on a connection.
  var bytes: [UInt8] {
    let host = fields["host"] ?? Self.host
    var pairs = WireBytes.pairs([
      "REQUEST_METHOD": method, "REQUEST_URI": target, "QUERY_STRING": parts.query, "SERVER_PROTOCOL": "HTTP/1.1",
      "REQUEST_SCHEME": "http", "HTTP_HOST": host, "CONTENT_TYPE": fields["content-type"] ?? "",
      "CONTENT_LENGTH": body.map { String($0.count) } ?? "", "REMOTE_ADDR": "192.0.2.7",
      "REQUEST_ID": "0123456789abcdef0123456789abcdef", "VITRINE_DOOR": port.rawValue, "VITRINE_STORE": "9000",
      "VITRINE_HOST": String(host.prefix { $0 != ":" }),
    ])
    for (name, value) in fields where name != "host" {
      let parameter = "HTTP_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
      pairs.appendPair(name: Array(parameter.utf8), value: Array(value.utf8))
    }
    return WireBytes.request(pairs, body: body ?? [], chunk: 32_768)
  }
}
