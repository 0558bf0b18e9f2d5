import HTTPSemantics
import S3Documents
import Testing

@testable import Console

@Suite struct PolicyTemplateTests {
  @Test(arguments: PolicyTemplate.allCases)
  func everyTemplateIsAPolicyThatTheStoreTakes(_ template: PolicyTemplate) throws {
    let policy = try #require(template.policy(bucket: "photos1", prefix: "reports/"))
    #expect(throws: Never.self) { try PolicyDocument(forAccount: JSONWriter.write(policy)) }
  }

  @Test func bucketIsNeeded() {
    #expect(PolicyTemplate.bucket.policy(bucket: nil, prefix: nil) == nil)
    #expect(PolicyTemplate.prefix.policy(bucket: "photos1", prefix: nil) == nil)
    #expect(PolicyTemplate.prefix.policy(bucket: "photos1", prefix: "") == nil)
    #expect(PolicyTemplate.readOnly.policy(bucket: nil, prefix: nil) != nil)
  }

  @Test func writeOnlyReadsAndDeletesNothing() throws {
    let policy = try #require(PolicyTemplate.writeOnly.policy(bucket: "photos1", prefix: nil))
    let text = String(decoding: JSONWriter.write(policy), as: UTF8.self)
    #expect(!text.contains("GetObject") && !text.contains("ListBucket\"") && !text.contains("Delete"))
    #expect(text.contains("s3:PutObject"))
  }
}
