import Testing

@testable import S3Documents

/// Documents that say more than is understood, or say it twice, are refused: to leave it out of account would be to do
/// something else than was asked for.
@Suite struct ElementShapeTests {
  private func code(_ work: () throws -> Void) -> String? {
    #expect(throws: S3Error.self, performing: work)?.code
  }

  @Test(arguments: [
    "<Delete><Bogus/><Object><Key>a</Key></Object></Delete>",
    "<Delete><Object><Key>a</Key><versionId>1</versionId></Object></Delete>",
    "<Delete><Object><Key>a</Key><VersionID>1</VersionID></Object></Delete>",
    "<Delete><Object><Key>a<b/>c</Key></Object></Delete>", "<Delete><Object><Key><b>a</b></Key></Object></Delete>",
    "<Delete><Object><Key>a</Key>b</Object></Delete>", "<Delete>a<Object><Key>a</Key></Object></Delete>",
    "<Delete><Object><Key>a</Key></Object><![CDATA[x]]></Delete>",
    "<Delete><Quiet>true</Quiet><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>",
    "<Delete><Quiet>true<x/></Quiet><Object><Key>a</Key></Object></Delete>",
    "<Delete><object><Key>b</Key></object><Object><Key>a</Key></Object></Delete>",
  ])
  func deletions(_ document: String) {
    #expect(code { _ = try DeleteRequest([UInt8](document)) } == "MalformedXML")
  }

  @Test(arguments: [
    "<Part><PartNumber>1</PartNumber><ETag>e</ETag></Part>x", "<Part><PartNumber>1</PartNumber><ETag>e</ETag>x</Part>",
    "<Part><PartNumber>1</PartNumber><ETag>e</ETag><Bogus/></Part>",
    "<Part><PartNumber>1</PartNumber><ETag>e<x/></ETag></Part>",
    "<Part><PartNumber>1</PartNumber><ETag>e</ETag></Part><part/>",
    "<Part><PartNumber>1</PartNumber><ETag>e</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32>"
      + "<ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part>",
  ])
  func completions(_ parts: String) {
    let document = "<CompleteMultipartUpload>\(parts)</CompleteMultipartUpload>"
    #expect(code { _ = try CompleteMultipartUploadRequest([UInt8](document)) } == "MalformedXML")
  }

  @Test(arguments: [
    "<Tagging><TagSet/><TagSet/></Tagging>", "<Tagging><TagSet/><Bogus/></Tagging>",
    "<Tagging><TagSet><tag/></TagSet></Tagging>", "<Tagging><TagSet>x</TagSet></Tagging>",
    "<Tagging><TagSet><Tag><Key>a</Key><Value>b<c/></Value></Tag></TagSet></Tagging>",
    "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value><Value>c</Value></Tag></TagSet></Tagging>",
  ])
  func tags(_ document: String) {
    #expect(code { _ = try TagSet(document: [UInt8](document), limit: 10) } == "MalformedXML")
  }

  @Test(arguments: [
    "<LocationConstraint/><LocationConstraint/>", "<locationConstraint>x</locationConstraint>", "x", "<Tags/><Tags/>",
    "<Tags><Tag><Key>a</Key><Value>b</Value><More/></Tag></Tags>",
  ])
  func creationsOfBuckets(_ content: String) {
    let document = "<CreateBucketConfiguration>\(content)</CreateBucketConfiguration>"
    #expect(code { _ = try CreateBucketConfiguration([UInt8](document)) } == "MalformedXML")
  }

  private static let owner = "<Owner><ID>o</ID></Owner>"
  private static let list = "<AccessControlList/>"

  private static func granted(_ grantee: String) -> String {
    "\(owner)<AccessControlList><Grant>\(grantee)<Permission>READ</Permission></Grant></AccessControlList>"
  }

  private static let lists: [String] = [
    "\(owner)\(list)\(list)", "\(owner)\(owner)\(list)", "\(owner)\(list)<Bogus/>", "\(owner)x\(list)",
    "<Owner><ID>o</ID><ID>p</ID></Owner>\(list)", granted("<Grantee><ID>p</ID></Grantee><Grantee><ID>q</ID></Grantee>"),
    granted("<Grantee><ID>p</ID><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee>"),
    granted("<Grantee><ID>p</ID><EmailAddress>a@b</EmailAddress></Grantee>"), granted("<Grantee/>"),
    granted("<Grantee><DisplayName>p</DisplayName></Grantee>"), granted("<Grantee><id>p</id><ID>p</ID></Grantee>"),
    granted("<Grantee><ID>p</ID></Grantee><Permission>READ</Permission>"),
  ]

  @Test(arguments: lists)
  func accessControlLists(_ content: String) {
    let document = "<AccessControlPolicy>\(content)</AccessControlPolicy>"
    #expect(code { _ = try AccessControlPolicy(document: [UInt8](document)) } == "MalformedACLError")
  }

  private static let settings: [(String, String, @Sendable ([UInt8], Bool) throws -> Void)] = [
    (
      "PublicAccessBlockConfiguration", "<BlockPublicAcls>true</BlockPublicAcls>",
      { _ = try PublicAccessBlock(document: $0, isStored: $1) }
    ),
    (
      "OwnershipControls", "<Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule>",
      { _ = try ObjectOwnership(document: $0, isStored: $1) }
    ),
    (
      "CORSConfiguration",
      "<CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>",
      { _ = try CORSConfiguration(document: $0, isStored: $1) }
    ),
    (
      "VersioningConfiguration", "<Status>Suspended</Status>",
      { bytes, _ in _ = try VersioningConfiguration(document: bytes) }
    ),
  ]

  @Test(arguments: ["<Bogus/>", "<BlockPublicacls>true</BlockPublicacls>", "text", "<rule/>"])
  func settingsOfBuckets(_ addition: String) throws {
    for (root, content, read) in Self.settings {
      try read([UInt8]("<\(root)>\n  \(content)<!-- comment -->\n</\(root)>"), false)
      let document = [UInt8]("<\(root)>\(content)\(addition)</\(root)>")
      #expect(code { try read(document, false) } == "MalformedXML")
      // What was kept before counts as it did.
      if root != "VersioningConfiguration" { try read(document, true) }
    }
  }

  @Test func childrenThatMayStandOnceStandOnce() {
    let twice = "<IgnorePublicAcls>true</IgnorePublicAcls><IgnorePublicAcls>false</IgnorePublicAcls>"
    let block = "<PublicAccessBlockConfiguration>\(twice)</PublicAccessBlockConfiguration>"
    #expect(code { _ = try PublicAccessBlock(document: [UInt8](block)) } == "MalformedXML")
    let rule = "<AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod>"
    for addition in [
      "<ID>a</ID><ID>b</ID>", "<allowedHeader>x</allowedHeader>", "<AllowedHeader>x<y/></AllowedHeader>", "x",
    ] {
      let cors = "<CORSConfiguration><CORSRule>\(rule)\(addition)</CORSRule></CORSConfiguration>"
      #expect(code { _ = try CORSConfiguration(document: [UInt8](cors)) } == "MalformedXML")
    }
  }
}
