/// The answer to GetBucketPolicyStatus.
public enum PolicyStatus {
  /// The document.
  public static func document(isPublic: Bool) -> [UInt8] {
    XMLWriter.document("PolicyStatus") { xml in xml.element("IsPublic", isPublic) }
  }
}
