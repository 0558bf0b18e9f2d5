/// Which values of a request must never be repeated, in an answer, a log or a page: whoever makes a browser send the
/// request could read there what only the browser, or only the server, may know.
public enum SecretNames {
  /// What stands in place of such a value.
  public static let replacement = "(not shown)"

  /// Whether the field or parameter of this name, in any case, carries what lets its bearer in.
  public static func contains(_ name: some StringProtocol) -> Bool {
    let name = name.lowercased()
    return marks.contains { name.contains($0) }
  }

  /// Whether the value of a header field may stand in the description of a request. These are the fields that a client of
  /// S3 sends of its own accord; any other may be one that a browser adds, a cookie or a password.
  public static func isHarmlessField(_ name: some StringProtocol) -> Bool {
    let name = name.lowercased()
    guard !contains(name) else { return false }
    return harmless.contains(name) || harmlessBeginnings.contains { name.hasPrefix($0) }
  }

  private static let marks = [
    "authorization", "authentication", "cookie", "token", "secret", "password", "passwd", "signature", "customer-key",
    "api-key", "apikey", "x-amz-mfa", "x-vitrine-",
  ]
  private static let harmless: Set<String> = [
    "host", "date", "range", "expires", "expect", "user-agent", "cache-control",
  ]
  private static let harmlessBeginnings = ["x-amz-", "content-", "accept", "if-", "amz-sdk-"]
}
