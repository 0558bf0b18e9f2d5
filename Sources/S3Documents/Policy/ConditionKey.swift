internal import HTTPSemantics

/// The name of something that a condition may ask for. Names are the same in any case, but for the key of a tag.
struct ConditionKey: Hashable, Sendable {
  /// The name, as far as it is of any case in lower case.
  let name: [UInt8]

  init(_ name: String) {
    let bytes = Array(name.utf8)
    let subject = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.endIndex
    self.name = bytes[..<subject].map(ASCII.lowercased) + bytes[subject...]
  }

  /// Whether S3 has such a key.
  var isKnown: Bool {
    let text = String(decoding: name, as: UTF8.self)
    if Self.known.contains(text) { return true }
    guard let slash = text.firstIndex(of: "/"), text.index(after: slash) < text.endIndex else { return false }
    return Self.knownOfTags.contains(String(text[..<slash]))
  }

  /// Whether it asks for a tag of the object that the request is about.
  var isExistingTag: Bool { name.starts(with: "s3:existingobjecttag/".utf8) }

  /// Whether it fixes who may ask to some that are known: what AWS does not call public.
  var isFixedSource: Bool { Self.fixedSources.contains(String(decoding: name, as: UTF8.self)) }

  static let sourceIP = ConditionKey("aws:SourceIp")

  private static let fixedSources: Set<String> = [
    "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount",
    "aws:sourcearn", "aws:sourceip", "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce",
    "aws:userid", "aws:username", "s3:dataaccesspointaccount", "s3:dataaccesspointarn",
  ]

  /// Keys behind whose slash a tag's key follows.
  private static let knownOfTags: Set<String> = [
    "aws:principaltag", "aws:requesttag", "aws:resourcetag", "s3:existingobjecttag", "s3:requestobjecttag",
    "s3:bucketjobtag", "s3:buckettag",
  ]

  private static let known = fixedSources.union([
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:currenttime", "aws:ec2instancesourcevpc",
    "aws:epochtime", "aws:federatedprovider", "aws:multifactorauthage", "aws:multifactorauthpresent",
    "aws:principalisawsservice", "aws:principalservicename", "aws:principalservicenameslist", "aws:principaltype",
    "aws:referer", "aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths",
    "aws:securetransport", "aws:sourceidentity", "aws:sourceorgpaths", "aws:tagkeys", "aws:tokenissuetime",
    "aws:useragent", "aws:viaawsservice", "aws:vpcsourceip",
    "s3:accessgrantsinstancearn", "s3:accesspointnetworkorigin", "s3:authtype", "s3:delimiter",
    "s3:if-match", "s3:if-none-match", "s3:inventoryaccessibleoptionalfields", "s3:locationconstraint", "s3:max-keys",
    "s3:object-lock-legal-hold", "s3:object-lock-mode", "s3:object-lock-remaining-retention-days",
    "s3:object-lock-retain-until-date", "s3:objectcreationoperation", "s3:prefix", "s3:requestobjecttagkeys",
    "s3:resourceaccount", "s3:signatureage", "s3:signatureversion", "s3:tlsversion", "s3:versionid", "s3:x-amz-acl",
    "s3:x-amz-content-sha256", "s3:x-amz-copy-source", "s3:x-amz-grant-full-control", "s3:x-amz-grant-read",
    "s3:x-amz-grant-read-acp", "s3:x-amz-grant-write", "s3:x-amz-grant-write-acp", "s3:x-amz-metadata-directive",
    "s3:x-amz-object-ownership", "s3:x-amz-server-side-encryption",
    "s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:x-amz-server-side-encryption-customer-algorithm",
    "s3:x-amz-storage-class", "s3:x-amz-website-redirect-location",
  ])
}
