import S3Documents
import Testing

@Suite struct MalformedPolicyTests {
  private let bucket = try! BucketName("bkt")
  private let valid = [
    "Effect": "\"Allow\"", "Principal": "\"*\"", "Action": "\"s3:GetObject\"", "Resource": "\"arn:aws:s3:::bkt/*\"",
  ]

  private func refusal(_ text: String) -> S3Error? {
    #expect(throws: S3Error.self) { try PolicyDocument([UInt8](text), for: bucket) }
  }

  /// A policy whose statement has `changes`; an empty text removes a member.
  private func statement(_ changes: [String: String]) -> String {
    let members = valid.merging(changes) { $1 }.filter { !$0.value.isEmpty }
    let text = members.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\(text)}]}"
  }

  @Test func theStatementThatIsChangedBelowIsValid() throws {
    #expect(try PolicyDocument([UInt8](statement(["Sid": "\"any text at all\""])), for: bucket).isPublic)
  }

  @Test(arguments: [
    "", "x", "[]", "null", "{", "{}", "{\"Statement\":[]}", "{\"Statement\":[1]}", "{\"Statement\":\"x\"}",
    "{\"Version\":\"2020-01-01\",\"Statement\":[]}", "{\"Version\":1,\"Statement\":[]}",
    "{\"Other\":1,\"Statement\":[]}", "{\"Id\":1,\"Statement\":[]}", "{\"Statement\":[],\"Statement\":[]}",
  ])
  func documents(text: String) {
    #expect(refusal(text)?.code == "MalformedPolicy")
  }

  @Test(arguments: [
    ["Effect": ""], ["Effect": "\"allow\""], ["Effect": "1"], ["Principal": ""], ["Principal": "\"alice\""],
    ["Principal": "{}"], ["Principal": "{\"AWS\":[]}"], ["Principal": "{\"AWS\":\"\"}"],
    ["Principal": "{\"Other\":\"*\"}"], ["Principal": "{\"CanonicalUser\":\"*\"}"], ["Principal": "[\"*\"]"],
    ["NotPrincipal": "{\"AWS\":\"alice\"}"], ["Principal": "", "NotPrincipal": "{\"AWS\":\"alice\"}"],
    ["Action": ""], ["Action": "[]"], ["Action": "\"s3:GetObjects\""], ["Action": "\"GetObject\""],
    ["Action": "\"ec2:*\""], ["Action": "[\"s3:GetObject\",\"s3:Nothing\"]"], ["Action": "{}"],
    ["NotAction": "\"s3:GetObject\""], ["Resource": ""], ["Resource": "[]"], ["Resource": "\"bkt/*\""],
    ["Resource": "\"arn:aws:s3:::other/*\""], ["Resource": "\"arn:aws:s3:::\""], ["Resource": "\"arn:aws:s3:::/x\""],
    ["Resource": "[\"arn:aws:s3:::bkt/*\",\"arn:aws:s3:::bktx\"]"], ["Resource": "\"arn:aws:sns:::bkt\""],
    ["Condition": "[]"], ["Condition": "{\"StringEquals\":\"x\"}"], ["Condition": "{\"Equals\":{\"s3:prefix\":\"x\"}}"],
    ["Condition": "{\"StringEquals\":{\"s3:nothing\":\"x\"}}"], ["Condition": "{\"StringEquals\":{\"s3:prefix\":[]}}"],
    ["Condition": "{\"StringEquals\":{\"s3:prefix\":null}}"], ["Condition": "{\"StringEquals\":{\"s3:prefix\":{}}}"],
    ["Condition": "{\"StringEquals\":{\"s3:ExistingObjectTag/\":\"x\"}}"],
    ["Condition": "{\"NumericEquals\":{\"s3:max-keys\":\"x\"}}"],
    ["Condition": "{\"Bool\":{\"aws:SecureTransport\":\"1\"}}"],
    ["Condition": "{\"DateEquals\":{\"aws:CurrentTime\":\"now\"}}"],
    ["Condition": "{\"NullIfExists\":{\"s3:prefix\":true}}"],
    ["Sid": "1"], ["Other": "1"],
  ])
  func statements(changes: [String: String]) {
    #expect(refusal(statement(changes))?.code == "MalformedPolicy")
  }

  @Test(arguments: ["Resource", "Condition"])
  func aPatternHasAtMost32Variables(member: String) throws {
    func changed(_ count: Int) -> [UInt8] {
      let variables = String(repeating: "${aws:username}", count: count)
      let value =
        member == "Resource"
        ? "\"arn:aws:s3:::bkt/\(variables)\"" : "{\"StringLike\":{\"s3:prefix\":\"\(variables)\"}}"
      return [UInt8](statement([member: value]))
    }
    _ = try PolicyDocument(changed(32), for: bucket)
    #expect(throws: S3Error.self) { try PolicyDocument(changed(33), for: bucket) }
  }

  @Test func variablesThatNeverEndAreReadInLinearTime() throws {
    // A quadratic reader takes many seconds for it.
    let open = String(repeating: "${", count: 9_900)
    let took = try ContinuousClock().measure {
      _ = try PolicyDocument(
        [UInt8](statement(["Resource": "\"arn:aws:s3:::bkt/${aws:username}\(open)\""])), for: bucket)
    }
    #expect(took < .seconds(1))
  }

  @Test func policiesHaveAtMost20KiB() throws {
    let text = statement([:])
    let padding = [UInt8](repeating: 0x20, count: 20_480 - text.utf8.count)
    _ = try PolicyDocument([UInt8](text) + padding, for: bucket)
    #expect(throws: S3Error.self) { try PolicyDocument([UInt8](text) + padding + [0x20], for: bucket) }
  }
}
