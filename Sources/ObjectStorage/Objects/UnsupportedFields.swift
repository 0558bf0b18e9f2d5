internal import HTTPSemantics
internal import S3Documents

/// Fields that ask for what there is not: to accept them would be to promise it.
enum UnsupportedFields {
  /// Locks and appending.
  private static let names = [
    "x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold",
    "x-amz-write-offset-bytes", "x-amz-website-redirect-location",
  ]

  /// What asks for an archive to be unpacked instead of stored, as MinIO's clients and AWS Snowball say it.
  private static let unpacking = ["x-amz-meta-snowball-auto-extract", "x-amz-snowball-auto-extract"]

  /// Refuses a write that asks for any of it, or for encryption by the server.
  static func refuse(_ fields: HeaderFields) throws(S3Error) {
    if let name = Encryption.field(in: fields) { throw .notImplemented(header: name) }
    for name in names where fields.contains(name) { throw .notImplemented(header: name) }
    for name in unpacking where fields[name]?.lowercased() == "true" { throw .notImplemented(header: name) }
    _ = try StorageClass(fields)
  }

  /// Nothing here is encrypted: a key that is sent to read with is sent by mistake.
  static func refuseEncryption(_ fields: HeaderFields) throws(S3Error) {
    guard let name = Encryption.field(in: fields) else { return }
    throw .invalidRequest("The encryption parameters are not applicable to this object: \(name).")
  }
}
