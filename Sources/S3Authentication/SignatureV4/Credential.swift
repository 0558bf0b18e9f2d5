/// The value of `Credential`: an access key and the scope in which its signature counts.
struct Credential: Sendable, Equatable {
  /// What a version 4 key is bound to: `20130524/us-east-1/s3/aws4_request`.
  struct Scope: Sendable, Equatable, CustomStringConvertible {
    static let service = "s3"
    static let terminator = "aws4_request"

    let day: String
    let region: String

    var description: String { "\(day)/\(region)/\(Self.service)/\(Self.terminator)" }
  }

  let accessKey: String
  let scope: Scope

  /// What is wrong with a credential.
  enum Fault {
    case malformed
    case day
    case service
    case terminator
  }

  /// Reads a credential. An access key may have slashes of its own, so that the four parts of the scope count from the
  /// end.
  /// - Parameter day: the day that the request was signed on; the scope must name it.
  static func parse(_ text: String, day: String) -> Result {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count >= 5 else { return .fault(.malformed) }
    let scope = parts.suffix(4).map { String(Substring($0)) }
    let accessKey = String(Substring(text.utf8[..<parts[parts.count - 5].endIndex]))
    // Any region signs, and so does none: MinIO takes both, and clients made for it (Apache Libcloud's) name none.
    guard !accessKey.isEmpty else { return .fault(.malformed) }
    guard scope[0] == day else { return .fault(.day) }
    guard scope[2] == Scope.service else { return .fault(.service) }
    guard scope[3] == Scope.terminator else { return .fault(.terminator) }
    return .credential(Credential(accessKey: accessKey, scope: Scope(day: scope[0], region: scope[1])))
  }

  enum Result {
    case credential(Credential)
    case fault(Fault)
  }
}

extension Credential.Fault {
  /// What S3 says of it, after the name of the place where the credential stood.
  var message: String {
    switch self {
    case .malformed: "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
    case .day: "Invalid credential date. This date is not the same as X-Amz-Date."
    case .service: "incorrect service. This endpoint belongs to \"s3\"."
    case .terminator: "incorrect terminal. This endpoint uses \"aws4_request\"."
    }
  }
}
