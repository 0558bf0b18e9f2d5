/// The document `VersioningConfiguration`.
public enum VersioningConfiguration: String, Sendable {
  /// Every object keeps its former versions.
  case enabled = "Enabled"
  /// New objects have no versions any more.
  case suspended = "Suspended"

  /// Reads the document of PutBucketVersioning.
  ///
  /// - Throws: `MalformedXML`, `IllegalVersioningConfigurationException`, and `NotImplemented` where deletion is to
  ///   need a second factor.
  public init(document bytes: [UInt8]) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "VersioningConfiguration", .texts("Status", "MfaDelete"))
    guard try root.optionalText(of: "MfaDelete") != "Enabled" else { throw .notImplemented() }
    guard let status = VersioningConfiguration(rawValue: try root.optionalText(of: "Status") ?? "") else {
      throw .illegalVersioningConfigurationException
    }
    self = status
  }

  /// The document for a bucket's status; nil for one that never had versions.
  public static func document(_ status: VersioningConfiguration?) -> [UInt8] {
    XMLWriter.document("VersioningConfiguration") { xml in xml.element(optional: "Status", status?.rawValue) }
  }
}
