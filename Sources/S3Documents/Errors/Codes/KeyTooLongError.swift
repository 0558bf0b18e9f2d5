import HTTPSemantics

extension S3Error {
  /// The key is longer than a key may be. Sizes are in bytes.
  public static func keyTooLongError(size: Int, maximum: Int) -> S3Error {
    S3Error(
      "KeyTooLongError", .badRequest,
      "Your key is too long",
      ["Size": String(size), "MaxSizeAllowed": String(maximum)])
  }

  /// The key stands for more folders than one may have.
  public static func keyTooDeep(maximum: Int) -> S3Error {
    S3Error(
      "KeyTooLongError", .badRequest,
      "Your key is too long: a key may have \(maximum) slashes at the most.",
      ["MaxSlashesAllowed": String(maximum)])
  }
}
