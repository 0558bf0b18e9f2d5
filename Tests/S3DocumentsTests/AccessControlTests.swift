import HTTPSemantics
import S3Documents
import Testing

@Suite struct AccessControlTests {
  private let owner = Owner(id: "o", displayName: "Olga")
  private let other = Owner(id: "p", displayName: "Paul")
  private let olga = PolicyPrincipal.account(id: "o", name: "olga")
  private let paul = PolicyPrincipal.account(id: "p", name: "paul")
  private let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""
  private let ownerXML = "<Owner><ID>o</ID><DisplayName>Olga</DisplayName></Owner>"

  private func refusal(_ work: () throws -> Void) -> String? {
    #expect(throws: S3Error.self, performing: work)?.code
  }

  @Test func publicReadIsWrittenGroupsFirst() {
    let policy = CannedACL.publicRead.policy(owner: owner, bucketOwner: owner)
    #expect(
      policy.document.text == declaration
        + "<AccessControlPolicy \(s3Namespace)>\(ownerXML)<AccessControlList>"
        + "<Grant><Grantee \(xsi) xsi:type=\"Group\"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI>"
        + "</Grantee><Permission>READ</Permission></Grant>"
        + "<Grant><Grantee \(xsi) xsi:type=\"CanonicalUser\"><ID>o</ID><DisplayName>Olga</DisplayName></Grantee>"
        + "<Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>")
    #expect(try! AccessControlPolicy(document: policy.document) == policy)
  }

  @Test(arguments: [
    ("private", false, false, false, false), ("public-read", true, true, false, true),
    ("public-read-write", true, true, true, true), ("authenticated-read", false, true, false, true),
    ("bucket-owner-read", false, true, false, false), ("bucket-owner-full-control", false, true, true, false),
  ])
  func cannedLists(name: String, anonymousReads: Bool, paulReads: Bool, paulWrites: Bool, isPublic: Bool) throws {
    let policy = try CannedACL(field: name).policy(owner: owner, bucketOwner: other)
    #expect(policy.permits(.read, to: .anonymous) == anonymousReads)
    #expect(policy.permits(.read, to: paul) == paulReads)
    #expect(policy.permits(.write, to: paul) == paulWrites)
    #expect(policy.permits(.writeACP, to: olga))
    #expect(policy.isPublic == isPublic)
    #expect(!policy.withoutPublicGrants.isPublic)
    #expect(policy.withoutPublicGrants.permits(.fullControl, to: olga))
  }

  @Test func ownerOfTheBucketIsNotNamedTwice() throws {
    for name in ["bucket-owner-read", "bucket-owner-full-control"] {
      let policy = try CannedACL(field: name).policy(owner: owner, bucketOwner: owner)
      #expect(policy.grants == [Grant(.account(owner), .fullControl)])
    }
    #expect(refusal { _ = try CannedACL(field: "public-ready") } == "InvalidArgument")
  }

  @Test func documentsOfClientsAreRead() throws {
    let text =
      "<AccessControlPolicy \(s3Namespace)><AccessControlList>"
      + "<Grant><Grantee \(xsi) xsi:type=\"CanonicalUser\"><ID>p</ID></Grantee><Permission>READ</Permission></Grant>"
      + "<Grant><Grantee \(xsi) xsi:type=\"AmazonCustomerByEmail\"><EmailAddress>a@b</EmailAddress></Grantee>"
      + "<Permission>WRITE_ACP</Permission></Grant>"
      + "<Grant><Grantee \(xsi) xsi:type=\"Group\">"
      + "<URI>http://acs.amazonaws.com/groups/global/AuthenticatedUsers</URI></Grantee>"
      + "<Permission>READ_ACP</Permission></Grant></AccessControlList>"
      + "<Owner><DisplayName>Olga</DisplayName><ID>o</ID></Owner></AccessControlPolicy>"
    let policy = try AccessControlPolicy(document: [UInt8](text))
    #expect(policy.owner == owner)
    #expect(
      policy.grants == [
        Grant(.group(.authenticatedUsers), .readACP), Grant(.account(id: "p", displayName: nil), .read),
        Grant(.email("a@b"), .writeACP),
      ])
    let resolved = try policy.resolved(account: { $0 == "p" ? other : nil }, accountByEmail: { _ in owner })
    #expect(resolved.grants.map(\.grantee) == [.group(.authenticatedUsers), .account(other), .account(owner)])
    #expect(
      refusal { _ = try policy.resolved(account: { _ in nil }, accountByEmail: { _ in nil }) } == "InvalidArgument")
    #expect(
      refusal { _ = try policy.resolved(account: { _ in other }, accountByEmail: { _ in nil }) }
        == "UnresolvableGrantByEmailAddress")
  }

  @Test func everythingCanBeTakenAway() throws {
    let text =
      "<AccessControlPolicy><AccessControlList /><Owner><DisplayName>d</DisplayName><ID>o</ID></Owner></AccessControlPolicy>"
    let policy = try AccessControlPolicy(document: [UInt8](text))
    #expect(policy.grants.isEmpty)
    #expect(!policy.permits(.read, to: olga))
  }

  @Test(arguments: [
    ("<Owner><ID>o</ID></Owner>", "MalformedACLError"),
    ("<AccessControlList/>", "MalformedACLError"),
    ("<Owner/><AccessControlList/>", "MalformedACLError"),
    ("<Owner><ID>o</ID></Owner><AccessControlList><Grant/></AccessControlList>", "MalformedACLError"),
    (
      "<Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee><ID>p</ID></Grantee>"
        + "<Permission>ALL</Permission></Grant></AccessControlList>", "MalformedACLError"
    ),
    (
      "<Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee/><Permission>READ</Permission></Grant>"
        + "</AccessControlList>", "MalformedACLError"
    ),
    (
      "<Owner><ID>o</ID></Owner><AccessControlList><Grant><Grantee><URI>http://x</URI></Grantee>"
        + "<Permission>READ</Permission></Grant></AccessControlList>", "InvalidArgument"
    ),
    (
      "<Owner><ID>o</ID></Owner><AccessControlList>"
        + String(
          repeating: "<Grant><Grantee><ID>p</ID></Grantee><Permission>READ</Permission></Grant>", count: 101)
        + "</AccessControlList>", "MalformedACLError"
    ),
    ("<", "MalformedACLError"),
  ])
  func malformedDocumentsAreRefused(content: String, code: String) {
    let document = [UInt8]("<AccessControlPolicy>\(content)</AccessControlPolicy>")
    #expect(refusal { _ = try AccessControlPolicy(document: document) } == code)
  }

  @Test func fieldsAskForACannedListOrForGrants() throws {
    #expect(try AccessControlFields([:]) == nil)
    #expect(try AccessControlFields(["x-amz-acl": "public-read"]) == .canned(.publicRead))
    let fields = try AccessControlFields([
      "X-Amz-Grant-Full-Control": "id=o",
      "x-amz-grant-read": "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\", id=\"p\"",
      "x-amz-grant-write-acp": "emailAddress=\"a@b\"",
    ])
    #expect(
      fields
        == .grants([
          Grant(.group(.allUsers), .read), Grant(.account(id: "p", displayName: nil), .read),
          Grant(.email("a@b"), .writeACP), Grant(.account(id: "o", displayName: nil), .fullControl),
        ]))
    #expect(fields?.policy(owner: owner, bucketOwner: owner).permits(.read, to: .anonymous) == true)
  }

  @Test(
    arguments: [
      (["x-amz-acl": "x"], "InvalidArgument"), (["x-amz-grant-read": "p"], "InvalidArgument"),
      (["x-amz-grant-read": "name=p"], "InvalidArgument"), (["x-amz-grant-read": "uri=http://x"], "InvalidArgument"),
      (["x-amz-acl": "private", "x-amz-grant-read": "id=p"], "InvalidRequest"),
    ] as [(HeaderFields, String)])
  func malformedFieldsAreRefused(headers: HeaderFields, code: String) {
    #expect(refusal { _ = try AccessControlFields(headers) } == code)
  }
}
