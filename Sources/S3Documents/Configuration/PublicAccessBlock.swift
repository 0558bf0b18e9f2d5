/// The document `PublicAccessBlockConfiguration`: what a bucket's owner forbids, whatever policies and lists say.
public struct PublicAccessBlock: Sendable, Equatable {
  /// Lists that give the public access are refused.
  public let blocksPublicACLs: Bool
  /// Lists that give the public access count for nothing.
  public let ignoresPublicACLs: Bool
  /// Policies that give the public access are refused.
  public let blocksPublicPolicy: Bool
  /// A policy that gives the public access counts for the owner's account only.
  public let restrictsPublicBuckets: Bool

  /// A setting.
  public init(
    blocksPublicACLs: Bool = false, ignoresPublicACLs: Bool = false, blocksPublicPolicy: Bool = false,
    restrictsPublicBuckets: Bool = false
  ) {
    self.blocksPublicACLs = blocksPublicACLs
    self.ignoresPublicACLs = ignoresPublicACLs
    self.blocksPublicPolicy = blocksPublicPolicy
    self.restrictsPublicBuckets = restrictsPublicBuckets
  }

  private static let shape = ElementShape.texts(
    "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")

  /// Reads the document. What it does not name is off.
  ///
  /// - Parameter isStored: whether it comes from the storage, which may have taken it when there were fewer rules for it.
  /// - Throws: `MalformedXML`.
  public init(document bytes: [UInt8], isStored: Bool = false) throws(S3Error) {
    let root = try RequestDocument.parse(bytes, root: "PublicAccessBlockConfiguration", isStored ? nil : Self.shape)
    blocksPublicACLs = try root.flag("BlockPublicAcls")
    ignoresPublicACLs = try root.flag("IgnorePublicAcls")
    blocksPublicPolicy = try root.flag("BlockPublicPolicy")
    restrictsPublicBuckets = try root.flag("RestrictPublicBuckets")
  }
}
