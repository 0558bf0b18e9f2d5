import Digests
import HTTPSemantics
import Testing

@testable import S3Authentication

@Suite struct PostFormTests {
  /// 2015-12-29T12:00:00Z: between the example's signing and its expiry.
  static let now: Int64 = 1_451_390_400

  /// "Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)" in the Amazon S3 API Reference.
  static let publishedPolicy = """
    { "expiration": "2015-12-30T12:00:00.000Z",
      "conditions": [
        {"bucket": "sigv4examplebucket"},
        ["starts-with", "$key", "user/user1/"],
        {"acl": "public-read"},
        {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},
        ["starts-with", "$Content-Type", "image/"],
        {"x-amz-meta-uuid": "14365123651274"},
        {"x-amz-server-side-encryption": "AES256"},
        ["starts-with", "$x-amz-meta-tag", ""],

        {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},
        {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
        {"x-amz-date": "20151229T000000Z" }
      ]
    }
    """.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")

  static var published: [(name: String, value: String)] {
    [
      ("key", "user/user1/${filename}"), ("acl", "public-read"),
      ("success_action_redirect", "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"),
      ("Content-Type", "image/jpeg"), ("x-amz-meta-uuid", "14365123651274"),
      ("x-amz-server-side-encryption", "AES256"),
      ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"),
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Date", "20151229T000000Z"), ("x-amz-meta-tag", ""),
      ("Policy", Base64.standard.encode(publishedPolicy.utf8)),
      ("X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"),
    ]
  }

  static func form(_ fields: [(name: String, value: String)], bucket: String = "sigv4examplebucket") -> PostForm {
    PostForm(
      bucket: bucket, fields: fields.map { NameValuePair($0.name, $0.value) }, fileName: "MyFilename.jpg")
  }

  static func outcome(
    _ form: PostForm, now: Int64 = now, secret: (String) -> String? = Example.secret
  ) -> Result<PostAuthorization, S3AuthenticationError> {
    do throws(S3AuthenticationError) {
      return .success(try form.authenticate(now: now, secret: secret))
    } catch {
      return .failure(error)
    }
  }

  /// A form of version 2 with this policy, and fields that it may or may not allow.
  static func version2(
    conditions: String, expiration: String? = "\"2015-12-30T12:00:00Z\"", more: [(String, String)] = []
  ) -> PostForm {
    let start = expiration.map { "\"expiration\": \($0)," } ?? ""
    let policy = Base64.standard.encode("{\(start) \"conditions\": \(conditions)}".utf8)
    let fields = [
      ("key", "foo.txt"), ("AWSAccessKeyId", Example.accessKey), ("policy", policy),
      ("signature", SignatureVersion2.sign(policy, secret: Example.secretKey)),
    ]
    return form(fields + more, bucket: "bucket")
  }

  @Test func thePublishedFormIsAccepted() throws {
    let form = Self.form(Self.published)
    let authorization = try Self.outcome(form).get()
    #expect(authorization.accessKey == Example.accessKey)
    #expect(form.key == "user/user1/MyFilename.jpg")
    try authorization.checkContentLength(.max)
  }

  @Test func aFormOfVersion2IsAccepted() throws {
    let policy = """
      [{"bucket": "bucket"}, ["starts-with", "$key", "foo"], {"acl": "private"},
       ["starts-with", "$Content-Type", "text/plain"], ["content-length-range", 2, 1024]]
      """
    let more = [("acl", "private"), ("Content-Type", "text/plain"), ("x-ignore-foo", "bar")]
    let authorization = try Self.outcome(Self.version2(conditions: policy, more: more)).get()
    #expect(authorization.accessKey == Example.accessKey)
    try authorization.checkContentLength(2)
    try authorization.checkContentLength(1024)
    #expect(throws: S3AuthenticationError.self) { try authorization.checkContentLength(1) }
    #expect(throws: S3AuthenticationError.self) { try authorization.checkContentLength(1025) }
  }

  /// A policy of many conditions on a key that names the file many times must not take long.
  @Test(.timeLimit(.minutes(1))) func aKeyThatGrowsIsTooLongAtOnce() throws {
    let conditions = String(repeating: #"["starts-with","$key",""],"#, count: 1_000)
    let policy =
      #"{"expiration":"2015-12-30T12:00:00.000Z","conditions":[\#(conditions){"bucket":"sigv4examplebucket"}]}"#
    let encoded = Base64.standard.encode(policy.utf8)
    let form = PostForm(
      bucket: "sigv4examplebucket",
      fields: [
        NameValuePair("key", String(repeating: "${filename}", count: 3_000)),
        NameValuePair("AWSAccessKeyId", "AKIAIOSFODNN7EXAMPLE"),
        NameValuePair("policy", encoded),
        NameValuePair("signature", SignatureVersion2.sign(encoded, secret: "secret")),
      ],
      fileName: String(repeating: "f", count: 15_000))
    #expect(form.key?.utf8.count ?? 0 > 1_024)
    #expect(form.key?.utf8.count ?? 0 < 4_096)
    _ = try form.authenticate(now: Self.now) { _ in "secret" }
  }

  @Test func withoutAPolicyTheFormIsAnonymous() throws {
    #expect(try Self.outcome(Self.form([("key", "a"), ("acl", "private")])).get().accessKey == nil)
  }

  @Test func aWrongKeyIsRefused() {
    for form in [Self.form(Self.published), Self.version2(conditions: "[{\"bucket\": \"bucket\"}]")] {
      #expect(Self.outcome(form, secret: { _ in "another" }).error?.code == .signatureDoesNotMatch)
      #expect(Self.outcome(form, secret: { _ in nil }).error?.code == .invalidAccessKeyID)
    }
  }

  @Test func anExpiredPolicyIsRefused() {
    let form = Self.form(Self.published)
    // 2015-12-30T12:00:00Z.
    #expect(Self.outcome(form, now: 1_451_476_799).error == nil)
    let error = Self.outcome(form, now: 1_451_476_800).error
    #expect(error?.code == .accessDenied)
    #expect(error?.message == "Invalid according to Policy: Policy expired.")
  }

  @Test(arguments: [
    ("key", "user/user2/x", S3AuthenticationError.Code.accessDenied),
    ("acl", "private", .accessDenied),
    ("Content-Type", "text/html", .accessDenied),
    ("x-amz-meta-uuid", "0", .accessDenied),
    ("x-amz-meta-tag", "any", nil),
    ("X-Amz-Date", "20151230T000000Z", .invalidArgument),
    ("X-Amz-Date", "20151229", .invalidArgument),
    ("X-Amz-Algorithm", "AWS4-HMAC-SHA1", .invalidArgument),
    ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/ec2/aws4_request", .invalidArgument),
    ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20151229/eu-west-1/s3/aws4_request", .signatureDoesNotMatch),
    ("X-Amz-Signature", "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699f", .signatureDoesNotMatch),
    ("Policy", "e30=", .signatureDoesNotMatch),
  ])
  func aChangedFieldIsSeen(name: String, value: String, code: S3AuthenticationError.Code?) {
    let fields = Self.published.map { $0.name == name ? (name, value) : $0 }
    #expect(Self.outcome(Self.form(fields)).error?.code == code)
  }

  @Test func anotherBucketIsRefused() {
    #expect(Self.outcome(Self.form(Self.published, bucket: "other")).error?.code == .accessDenied)
    #expect(Self.outcome(Self.form(Self.published + [("bucket", "other")])).error?.code == .accessDenied)
  }

  @Test(arguments: ["Policy", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-Date", "key"])
  func aMissingFieldIsNamed(name: String) {
    let error = Self.outcome(Self.form(Self.published.filter { $0.name != name })).error
    #expect(error?.code == .invalidArgument)
  }

  @Test(arguments: ["signature", "AWSAccessKeyId", "policy", "key"]) func version2NeedsItsFields(name: String) {
    let whole = Self.version2(conditions: "[{\"bucket\": \"bucket\"}, {\"key\": \"foo.txt\"}]")
    #expect(Self.outcome(whole).error == nil)
    let fields = whole.fields.filter { $0.name != name.lowercased() }
    let error = Self.outcome(PostForm(bucket: "bucket", fields: fields, fileName: "")).error
    #expect(error?.code == .invalidArgument)
  }

  @Test func everyFieldNeedsACondition() {
    let conditions = "[{\"bucket\": \"bucket\"}, {\"key\": \"foo.txt\"}]"
    let extra = Self.outcome(Self.version2(conditions: conditions, more: [("x-amz-meta-a", "b")])).error
    #expect(extra?.message == "Invalid according to Policy: Extra input fields: x-amz-meta-a")
    let bucket = Self.outcome(Self.version2(conditions: "[{\"key\": \"foo.txt\"}]")).error
    #expect(bucket?.message == "Invalid according to Policy: Extra input fields: bucket")
    let checksum = Self.version2(conditions: conditions, more: [("x-amz-checksum-sha256", "x")])
    #expect(Self.outcome(checksum).error == nil)
  }

  @Test(arguments: [
    [("key", "foo.txt")], [("KEY", "bar.txt")], [("acl", "private"), ("acl", "private")],
    [("acl", "private"), ("x-amz-acl", "public-read")], [("tagging", "a"), ("x-amz-tagging", "b")],
    [("x-amz-meta-a", "1"), ("x-amz-meta-a", "2")],
  ])
  func fieldStandsOnce(_ more: [(String, String)]) {
    let conditions = """
      [{"bucket": "bucket"}, {"key": "foo.txt"}, {"acl": "private"}, ["starts-with", "$x-amz-acl", ""],
       ["starts-with", "$tagging", ""], ["starts-with", "$x-amz-tagging", ""], ["starts-with", "$x-amz-meta-a", ""]]
      """
    let form = Self.version2(conditions: conditions, more: more.map { (name: $0.0, value: $0.1) })
    #expect(Self.outcome(form).error?.code == .invalidArgument)
    // Nor where nobody signed a policy.
    let anonymous = Self.form([("key", "a")] + more.map { (name: $0.0, value: $0.1) } + [("key", "b")])
    #expect(Self.outcome(anonymous).error?.code == .invalidArgument)
  }

  @Test func ignoredFieldsMayRepeat() {
    #expect(Self.outcome(Self.form([("key", "a"), ("x-ignore-a", "1"), ("x-ignore-a", "2")])).error == nil)
  }

  @Test func caseOfNamesDoesNotCount() {
    let conditions = """
      [{"bUcKeT": "bucket"}, ["StArTs-WiTh", "$KeY", "foo"], {"AcL": "private"}, ["EQ", "$X-Amz-Meta-A", "b"]]
      """
    let more = [("aCl", "private"), ("x-AMZ-meta-a", "b")]
    #expect(Self.outcome(Self.version2(conditions: conditions, more: more)).error == nil)
  }

  @Test(arguments: [#"\\$foo"#, #"\$foo"#]) func aDollarMayBeEscaped(prefix: String) {
    let conditions = "[{\"bucket\": \"bucket\"}, {\"key\": \"foo.txt\"}, [\"starts-with\", \"$acl\", \"\(prefix)\"]]"
    let value = prefix.hasPrefix(#"\\"#) ? #"\$foo.txt"# : "$foo.txt"
    #expect(Self.outcome(Self.version2(conditions: conditions, more: [("acl", value)])).error == nil)
    #expect(Self.outcome(Self.version2(conditions: conditions, more: [("acl", "foo")])).error?.code == .accessDenied)
  }

  @Test func aMissingFieldCountsAsEmpty() {
    let base = "{\"bucket\": \"bucket\"}, {\"key\": \"foo.txt\"}"
    #expect(Self.outcome(Self.version2(conditions: "[\(base), [\"starts-with\", \"$acl\", \"\"]]")).error == nil)
    #expect(Self.outcome(Self.version2(conditions: "[\(base), [\"starts-with\", \"$acl\", \"p\"]]")).error != nil)
    #expect(Self.outcome(Self.version2(conditions: "[\(base), {\"acl\": \"p\"}]")).error != nil)
  }

  @Test func severalRangesAllCount() throws {
    let conditions = """
      [{"bucket": "bucket"}, {"key": "foo.txt"}, ["content-length-range", 1, 10], ["content-length-range", "5", "20"]]
      """
    let authorization = try Self.outcome(Self.version2(conditions: conditions)).get()
    #expect(authorization.contentLength.minimum == 5)
    #expect(authorization.contentLength.maximum == 10)
  }

  @Test(arguments: [
    "[{}]", "[[]]", "[null]", "[[\"eq\", \"$acl\"]]", "[[\"eq\", \"acl\", \"b\"]]", "[[\"like\", \"$acl\", \"b\"]]",
    "[{\"acl\": null}]", "[{\"acl\": [\"b\"]}]", "[[\"content-length-range\", 0]]",
    "[[\"content-length-range\", -1, 0]]", "[[\"content-length-range\", 2, 1]]",
    "[[\"content-length-range\", \"a\", \"b\"]]", "[[\"eq\", \"$acl\", {\"a\": []}]]", "{}", "null", "[",
    "[[[[[[]]]]]]",
  ])
  func malformedConditionsAreRefused(conditions: String) {
    #expect(Self.outcome(Self.version2(conditions: conditions)).error?.code == .invalidPolicyDocument)
  }

  @Test(arguments: [
    nil, "1", "\"2015-12-30 12:00:00+00:00\"", "\"2015-12-30\"", "\"2015-12-30T12:00:00+00:00\"", "\"tomorrow\"",
    "\"2015-12-30T12:00:00\"",
  ])
  func theExpiryMustBeADate(expiration: String?) {
    let form = Self.version2(conditions: "[{\"bucket\": \"bucket\"}]", expiration: expiration)
    #expect(Self.outcome(form).error?.code == .invalidPolicyDocument)
  }

  @Test func whatIsNoPolicyIsRefused() {
    for policy in ["", "!", "e30", "e30=", "AAAA"] {
      let fields = [
        ("key", "k"), ("awsaccesskeyid", Example.accessKey), ("policy", policy),
        ("signature", SignatureVersion2.sign(policy, secret: Example.secretKey)),
      ]
      #expect(Self.outcome(Self.form(fields)).error?.code == .invalidPolicyDocument)
    }
  }

  @Test(arguments: [
    ("a/${filename}", "a/MyFilename.jpg"), ("${filename}${filename}", "MyFilename.jpgMyFilename.jpg"),
    ("${file}", "${file}"), ("$", "$"), ("", ""), ("x${filename}y", "xMyFilename.jpgy"),
  ])
  func theFileNameTakesItsPlaceInTheKey(key: String, resolved: String) {
    #expect(Self.form([("key", key)]).key == resolved)
  }
}
