import HTTPSemantics

extension S3Error {
  /// No account has the address that a grant names.
  public static func unresolvableGrantByEmailAddress(_ address: String) -> S3Error {
    S3Error(
      "UnresolvableGrantByEmailAddress", .badRequest,
      "The email address you provided does not match any account on record.",
      ["EmailAddress": address])
  }
}
