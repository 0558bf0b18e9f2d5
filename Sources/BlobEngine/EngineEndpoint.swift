internal import HTTPSemantics
public import HTTPTransfer

/// Where blobs lie: a server that speaks S3, a bucket of it, and what the names of all blobs begin with.
public struct EngineEndpoint: Sendable, Equatable, CustomStringConvertible {
  /// The server.
  public let origin: HTTPOrigin
  /// The bucket, which is addressed in the path.
  public let bucket: String
  /// What the keys of all blobs begin with, its last slash included; may be empty.
  public let prefix: String

  /// Reads `https://host:port/bucket/prefix`; the prefix may be missing, or have slashes in it.
  /// - Returns: nil where the text is no such address: without a bucket, with a user, a query, an escape or an empty
  ///   segment.
  public init?(_ text: String) {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return nil }
    let parts = text.dropFirst(scheme.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let origin = HTTPOrigin(scheme + parts[0]) else { return nil }
    let path = parts[1].hasSuffix("/") ? parts[1].dropLast() : parts[1]
    let segments = path.split(separator: "/", omittingEmptySubsequences: false)
    guard segments.allSatisfy(Self.isSegment), let bucket = segments.first else { return nil }
    self.origin = origin
    self.bucket = String(bucket)
    prefix = segments.dropFirst().map { $0 + "/" }.joined()
  }

  /// Names of which each engine makes the same path.
  private static func isSegment(_ segment: Substring) -> Bool {
    !segment.isEmpty && segment != "." && segment != ".."
      && segment.utf8.allSatisfy(PercentEncoding.unreserved.contains)
  }

  /// The path of a blob as it goes over the wire.
  func target(_ name: String) -> String {
    "/\(bucket)/" + PercentEncoding.encode("\(prefix)\(name)".utf8, allowing: Self.pathCharacters)
  }

  /// Path and query of a request about the bucket.
  func target(query: [(name: String, value: String)]) -> String {
    let encoded = query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
    return "/\(bucket)?" + encoded.joined(separator: "&")
  }

  private static let pathCharacters = PercentEncoding.unreserved.union(ASCIISet("/"))

  private static func encode(_ text: String) -> String {
    PercentEncoding.encode(text.utf8, allowing: PercentEncoding.unreserved)
  }

  /// The address, without a last slash.
  public var description: String {
    "\(origin)/\(bucket)" + (prefix.isEmpty ? "" : "/\(prefix.dropLast())")
  }
}
