import S3Documents
import Testing

@testable import ObjectStorage

@Suite struct KeptDocumentsTests {
  private let memo = ParsedDocuments()
  private let bucket = ParsedDocuments.Subject.bucket(try! BucketName("bbb"))

  @Test func policyIsThatOfTheTextAsItIsNow() {
    for effect in ["Allow", "Deny", "Allow"] {
      let text = policy(effect, of: "bbb")
      #expect(memo.policy(of: bucket, text) == StoredPolicy(of: try! BucketName("bbb"), text))
      #expect(memo.policy(of: bucket, text) == memo.policy(of: bucket, text))
    }
    #expect(memo.policy(of: bucket, "{") == .unreadable)
  }

  @Test func textsThatOnlyLookEqualAreTwo() {
    let texts = ["\u{e9}", "e\u{301}"].map { policy("Allow", of: "bbb/\($0)") }
    #expect(texts[0] == texts[1])
    #expect(memo.policy(of: bucket, texts[0]) != memo.policy(of: bucket, texts[1]))
  }

  @Test func oneTextIsAnotherPolicyForAnother() throws {
    let text = policy("Allow", of: "bbb")
    #expect(memo.policy(of: bucket, text) != .unreadable)
    // Neither is the policy of another bucket one of this, nor has an account's a principal.
    #expect(memo.policy(of: .bucket(try BucketName("ccc")), text) == .unreadable)
    #expect(memo.policy(of: .account("bbb"), text) == .unreadable)
    #expect(memo.policy(of: bucket, text) != .unreadable)
  }

  @Test func moreThanFitsIsStillRight() throws {
    let padding = String(repeating: " ", count: 20_000)
    for number in 0..<100 {
      let name = try BucketName("bucket-\(number)")
      let text = policy("Allow", of: name.text) + padding
      #expect(memo.policy(of: .bucket(name), text) == StoredPolicy(of: name, text))
    }
    #expect(memo.sizeOfPolicies <= ParsedDocumentCache<String, String>.limit)
  }

  private func policy(_ effect: String, of bucket: String) -> String {
    """
    {"Statement":[{"Effect":"\(effect)","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::\(bucket)/*"}]}
    """
  }
}
