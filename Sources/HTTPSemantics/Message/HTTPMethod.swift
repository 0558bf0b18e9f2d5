/// A request method (RFC 9110 §9). Methods are case-sensitive, and unknown ones are kept as they came.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The method's token as it stands in the request line.
  public let rawValue: String

  /// A method from its token, as CGI's `REQUEST_METHOD` carries it.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The token itself.
  public var description: String { rawValue }

  /// Whether the method asks for no change of state (RFC 9110 §9.2.1).
  public var isSafe: Bool {
    self == .get || self == .head || self == .options
  }

  /// Transfer a representation of the target.
  public static let get = HTTPMethod(rawValue: "GET")
  /// As GET, without the content.
  public static let head = HTTPMethod(rawValue: "HEAD")
  /// Process the enclosed content.
  public static let post = HTTPMethod(rawValue: "POST")
  /// Create or replace the target with the enclosed content.
  public static let put = HTTPMethod(rawValue: "PUT")
  /// Remove the target.
  public static let delete = HTTPMethod(rawValue: "DELETE")
  /// Describe the communication options of the target.
  public static let options = HTTPMethod(rawValue: "OPTIONS")

  /// The value of an `Allow` field (RFC 9110 §10.2.1) that lists `methods` in their order.
  public static func allow(_ methods: [HTTPMethod]) -> String {
    methods.map(\.rawValue).joined(separator: ", ")
  }
}
