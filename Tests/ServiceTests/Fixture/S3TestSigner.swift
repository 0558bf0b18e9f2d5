import Digests
import HTTPSemantics
import Posix

/// An access key with its secret.
struct Account: Sendable {
  let name: String
  let secret: String

  /// The operator's.
  static let root = Account(name: "ROOTKEY", secret: "root-secret-of-the-tests")
}

/// Signs requests as clients do ("Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference). It shares
/// nothing with the code that verifies them but the digests.
struct S3TestSigner {
  private static let algorithm = "AWS4-HMAC-SHA256"

  private let account: Account
  private let time: String
  private let scope: String

  /// - Parameter secondsAgo: how old the signatures are.
  init(_ account: Account, secondsAgo: Int64 = 0) {
    self.account = account
    let now = CivilTime(unixSeconds: Clock.now().seconds - secondsAgo)
    func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let date = "\(now.year)\(digits(now.month))\(digits(now.day))"
    time = "\(date)T\(digits(now.hour))\(digits(now.minute))\(digits(now.second))Z"
    scope = "\(date)/us-east-1/s3/aws4_request"
  }

  /// Signs all header fields and the body.
  func sign(_ request: inout WebServerRequest) {
    request.fields["x-amz-date"] = time
    let hash = request.fields["x-amz-content-sha256"] ?? hexadecimal(request.body ?? [])
    request.fields["x-amz-content-sha256"] = hash
    let signature = signature(of: request, hash)
    request.fields["authorization"] =
      "\(Self.algorithm) Credential=\(account.name)/\(scope), SignedHeaders=\(names(request)), Signature=\(signature)"
  }

  /// Writes the signature into the query, for a link that others use.
  func presign(_ request: inout WebServerRequest, expires: Int) {
    let (path, query) = request.parts
    let names = names(request)
    let own = [
      "X-Amz-Algorithm=\(Self.algorithm)", "X-Amz-Credential=\(encoded("\(account.name)/\(scope)"))",
      "X-Amz-Date=\(time)", "X-Amz-Expires=\(expires)", "X-Amz-SignedHeaders=\(encoded(names))",
    ]
    request.target = path + "?" + ((query.isEmpty ? [] : [query]) + own).joined(separator: "&")
    request.target += "&X-Amz-Signature=" + signature(of: request, "UNSIGNED-PAYLOAD")
  }

  private func names(_ request: WebServerRequest) -> String { request.fields.keys.sorted().joined(separator: ";") }

  private func signature(of request: WebServerRequest, _ payload: String) -> String {
    let (path, query) = request.parts
    let parameters = query.split(separator: "&").map { parameter -> String in
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return "\(recoded(parts[0]))=\(recoded(parts.count > 1 ? parts[1] : ""))"
    }
    let fields = request.fields.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)\n" }.joined()
    let canonical = [
      request.method, recoded(path, "/"), parameters.sorted().joined(separator: "&"), fields, names(request), payload,
    ].joined(separator: "\n")
    let text = [Self.algorithm, time, scope, hexadecimal(Array(canonical.utf8))].joined(separator: "\n")
    var key = Array("AWS4\(account.secret)".utf8)
    for part in scope.split(separator: "/") + [text[...]] {
      key = HMACSHA256.authenticate(key: key, message: Array(part.utf8))
    }
    return Hexadecimal.encode(key)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String { Hexadecimal.encode(SHA256.digest(of: bytes)) }

  private func encoded(_ text: String) -> String {
    PercentEncoding.encode(Array(text.utf8), allowing: PercentEncoding.unreserved)
  }

  /// What stands in an address may be escaped in more than one way; what is signed is not.
  private func recoded(_ text: some StringProtocol, _ more: String = "") -> String {
    let decoded = (try? PercentEncoding.decode(Array(text.utf8))) ?? Array(text.utf8)
    return PercentEncoding.encode(decoded, allowing: PercentEncoding.unreserved.union(ASCIISet(more)))
  }
}
