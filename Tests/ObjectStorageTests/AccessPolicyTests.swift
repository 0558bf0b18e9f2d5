import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct AccessPolicyTests {
  private let publicRead = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:GetObject"],
     "Resource":["arn:aws:s3:::b/public/*"]}]}
    """

  @Test func prefixIsOpenAndNothingElse() {
    #expect(decide(publicRead, "s3:GetObject", "public/cat.jpg") == .allow)
    #expect(decide(publicRead, "s3:GetObject", "private/cat.jpg") == .none)
    #expect(decide(publicRead, "s3:PutObject", "public/cat.jpg") == .none)
  }

  @Test func denialCountsMoreThanPermission() {
    let policy = """
      {"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"},
       {"Effect":"Deny","Principal":"*","Action":"s3:DeleteObject","Resource":"arn:aws:s3:::b/*"}]}
      """
    #expect(decide(policy, "s3:GetObject", "k") == .allow)
    #expect(decide(policy, "s3:DeleteObject", "k") == .deny)
  }

  @Test func policyThatCannotBeReadDenies() {
    #expect(decide("{", "s3:GetObject", "k") == .deny)
  }

  @Test(arguments: [("alice", AccessRequest.Decision.allow), ("bob", .none)])
  func principalIsAnAccount(_ name: String, _ decision: AccessRequest.Decision) {
    let policy = """
      {"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam:::user/alice"},"Action":"s3:GetObject",
       "Resource":"arn:aws:s3:::b/*"}]}
      """
    #expect(decide(policy, "s3:GetObject", "k", caller: .account(name: name, policy: nil)) == decision)
  }

  @Test(arguments: [("10.1.2.3", AccessRequest.Decision.allow), ("10.2.0.1", .none), ("::1", .none)])
  func conditionNarrowsToANetwork(_ address: String, _ decision: AccessRequest.Decision) {
    let policy = """
      {"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*",
       "Condition":{"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}}}]}
      """
    #expect(decide(policy, "s3:GetObject", "k", context: ["aws:sourceip": address]) == decision)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"Statement":[]}"#, #"{"Statement":{"Effect":"Maybe"}}"#,
    #"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b"}}"#,
    #"{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"x"},"Action":"s3:*","Resource":"arn:aws:s3:::b"}}"#,
  ])
  func malformedPolicyIsRefused(_ text: String) {
    #expect { try AccessPolicy(Array(text.utf8), ofBucket: "b") } throws: {
      ($0 as? S3Error)?.code == "MalformedPolicy"
    }
  }

  @Test func policyOfAnotherBucketIsRefused() throws {
    let policy = try AccessPolicy(Array(publicRead.utf8), ofBucket: "other")
    #expect { try policy.check() } throws: { ($0 as? S3Error)?.code == "MalformedPolicy" }
  }

  private func decide(
    _ policy: String, _ action: String, _ key: String, caller: Caller = .anonymous, context: [String: String] = [:]
  ) -> AccessRequest.Decision {
    AccessRequest(action: action, bucket: "b", key: Array(key.utf8), context: context)
      .decide(policy, caller: caller, isBucketPolicy: true)
  }
}
