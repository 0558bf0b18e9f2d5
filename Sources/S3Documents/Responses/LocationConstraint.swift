/// The answer to GetBucketLocation.
public enum LocationConstraint {
  /// The region that S3 has no name for in this document.
  public static let unnamed = "us-east-1"

  /// The document for a bucket in `region`.
  public static func document(region: String) -> [UInt8] {
    var xml = XMLWriter()
    xml.element(
      "LocationConstraint", attributes: ["xmlns": XMLWriter.s3Namespace], region == unnamed ? "" : region)
    return xml.bytes
  }
}
