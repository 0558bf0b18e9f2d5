import S3Documents
import Testing

@Suite struct PolicyConditionTests {
  private let bucket = try! BucketName("bkt")

  /// Whether a condition holds where `key` has `values`.
  private func holds(_ name: String, _ key: String, _ bound: String, _ values: [String]) throws -> Bool {
    let text = """
      {"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*",
       "Condition":{"\(name)":{"\(key)":\(bound)}}}}
      """
    var context = PolicyContext()
    context[key] = values
    context["aws:username"] = ["alice"]
    let resource = PolicyResource.object(bucket, try ObjectKey("k"))
    return try PolicyDocument([UInt8](text), for: bucket).decide(.anonymous, .getObject, on: resource, context)
      == .allow
  }

  @Test(
    arguments: [
      ("StringEquals", "\"a\"", ["a"], true), ("StringEquals", "\"a\"", ["A"], false),
      ("StringEquals", "\"a\"", [], false), ("StringEquals", "[\"x\",\"a\"]", ["a"], true),
      ("StringEquals", "\"a*\"", ["ab"], false), ("StringEquals", "\"a*\"", ["a*"], true),
      ("StringEquals", "\"e\u{301}\"", ["\u{E9}"], false),
      ("StringEquals", "\"${aws:username}\"", ["alice"], true), ("StringEquals", "\"${aws:userid}\"", ["alice"], false),
      ("StringEqualsIfExists", "\"a\"", [], true), ("StringEqualsIfExists", "\"a\"", ["b"], false),
      ("StringNotEquals", "\"a\"", ["b"], true), ("StringNotEquals", "\"a\"", ["a"], false),
      ("StringNotEquals", "\"a\"", [], true), ("StringNotEquals", "[\"a\",\"b\"]", ["b"], false),
      ("StringNotEquals", "\"a\"", ["a", "b"], false),
      ("StringEqualsIgnoreCase", "\"aB\"", ["Ab"], true), ("StringNotEqualsIgnoreCase", "\"aB\"", ["Ab"], false),
      ("StringLike", "\"http://www.example.com/*\"", ["http://www.example.com/"], true),
      ("StringLike", "\"http://www.example.com/*\"", ["http://example.com"], false),
      ("StringLike", "\"a?c\"", ["aéc"], true), ("StringLike", "\"a?c\"", ["ac"], false),
      ("StringLike", "\"a${*}c\"", ["abc"], false), ("StringLike", "\"a${*}c\"", ["a*c"], true),
      ("StringLike", "\"*a*b\"", ["xaxbxb"], true), ("StringLike", "\"*\"", [], false),
      ("StringNotLike", "\"a*\"", ["b"], true), ("StringNotLike", "\"a*\"", ["ab"], false),
      ("ForAllValues:StringEquals", "[\"a\",\"b\"]", ["a", "b"], true),
      ("ForAllValues:StringEquals", "\"a\"", ["a", "b"], false), ("ForAllValues:StringEquals", "\"a\"", [], true),
      ("ForAnyValue:StringEquals", "\"a\"", ["a", "b"], true), ("ForAnyValue:StringEquals", "\"a\"", [], false),
      ("ForAnyValue:StringEqualsIfExists", "\"a\"", [], true),
      ("ForAnyValue:StringNotEquals", "\"a\"", ["a", "b"], true),
      ("Null", "\"true\"", [], true), ("Null", "true", ["a"], false), ("Null", "false", ["a"], true),
      ("ArnLike", "\"arn:aws:s3:*\"", ["arn:aws:s3:::b"], true), ("ArnNotEquals", "\"arn:x\"", ["arn:x"], false),
    ] as [(String, String, [String], Bool)])
  func texts(name: String, bound: String, values: [String], expected: Bool) throws {
    #expect(try holds(name, "aws:Referer", bound, values) == expected)
  }

  @Test(arguments: [
    ("NumericLessThanEquals", "10", "10", true), ("NumericLessThanEquals", "\"10\"", "11", false),
    ("NumericLessThan", "10", "10", false), ("NumericEquals", "10.0", "10", true),
    ("NumericNotEquals", "10", "9", true),
    ("NumericGreaterThan", "9", "10", true), ("NumericGreaterThanEquals", "10", "10", true),
    ("NumericEquals", "10", "ten", false),
  ])
  func numbers(name: String, bound: String, value: String, expected: Bool) throws {
    #expect(try holds(name, "s3:max-keys", bound, [value]) == expected)
  }

  @Test(arguments: [
    ("DateGreaterThan", "\"2024-01-01T00:00:00Z\"", "2024-01-01T00:00:01Z", true),
    ("DateGreaterThan", "\"2024-01-01\"", "2024-01-01T00:00:00Z", false),
    ("DateGreaterThanEquals", "\"2024-01-01\"", "2024-01-01T00:00:00Z", true),
    ("DateLessThan", "1704067200", "2023-12-31T23:59:59Z", true),
    ("DateLessThanEquals", "1704067200", "2024-01-01T01:00:00+01:00", true),
    ("DateEquals", "\"2024-01-01T00:00:00Z\"", "1704067200", true), ("DateNotEquals", "0", "1", true),
  ])
  func moments(name: String, bound: String, value: String, expected: Bool) throws {
    #expect(try holds(name, "aws:CurrentTime", bound, [value]) == expected)
  }

  @Test(arguments: [
    ("Bool", "\"false\"", "false", true), ("Bool", "true", "false", false), ("BoolIfExists", "true", "true", true),
  ])
  func flags(name: String, bound: String, value: String, expected: Bool) throws {
    #expect(try holds(name, "aws:SecureTransport", bound, [value]) == expected)
  }

  @Test(arguments: [
    ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3", "10.1.2.3", true),
    ("10.1.2.3/32", "10.1.2.4", false), ("192.168.4.0/22", "192.168.7.9", true),
    ("192.168.4.0/22", "192.168.8.1", false), ("192.168.4.0/22", "192.168.0.1", false),
    ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "::1", false),
    ("::/0", "::1", true), ("2001:db8::/32", "2001:db8:1::5", true), ("2001:db8::/32", "2001:db9::1", false),
    ("::1", "0:0:0:0:0:0:0:1", true), ("10.0.0.0/8", "::ffff:10.1.1.1", true), ("::ffff:10.0.0.0", "10.0.0.0", true),
    ("2001:db8::/33", "2001:db8:8000::", false), ("64:ff9b::1.2.3.4", "64:ff9b::102:304", true),
    ("1::", "1:0:0:0:0:0:0:0", true), ("10.0.0.0/8", "unix:", false), ("10.0.0.0/8", "", false),
  ])
  func networks(network: String, address: String, isInside: Bool) throws {
    #expect(try holds("IpAddress", "aws:SourceIp", "\"\(network)\"", [address]) == isInside)
    #expect(try holds("NotIpAddress", "aws:SourceIp", "\"\(network)\"", [address]) == !isInside)
  }

  @Test(arguments: [
    "10.0.0.0/33", "10.0.0/8", "10.0.0.256", "10.0.0.0/", "10.0.0.0/8/9", "::/129", ":::", "1::2::3", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "12345::", "g::", "1.2.3.4::", "::1.2.3", "", "0010.0.0.1", "1:2:3:4:5:6:7::8",
  ])
  func malformedNetworksAreRefused(network: String) {
    #expect(
      #expect(throws: S3Error.self) {
        try holds("IpAddress", "aws:SourceIp", "\"\(network)\"", [])
      }?.code == "MalformedPolicy")
  }

  @Test(arguments: [
    ("{}", true),
    ("{\"StringEquals\":{\"s3:prefix\":\"p\"}}", true),
    ("{\"StringLike\":{\"aws:Referer\":\"http://a/*\"}}", true),
    ("{\"IpAddress\":{\"aws:SourceIp\":\"10.0.0.0/32\"}}", false),
    ("{\"IpAddress\":{\"aws:SourceIp\":[\"10.0.0.0/8\",\"0.0.0.0/0\"]}}", true),
    ("{\"IpAddress\":{\"aws:SourceIp\":\"0.0.0.0/1\"}}", true),
    ("{\"IpAddressIfExists\":{\"aws:SourceIp\":\"10.0.0.0/32\"}}", true),
    ("{\"NotIpAddress\":{\"aws:SourceIp\":\"10.0.0.0/32\"}}", true),
    ("{\"IpAddress\":{\"aws:SourceIp\":\"2001:db8::/32\"}}", false),
    ("{\"StringEquals\":{\"aws:username\":\"alice\"}}", false),
    ("{\"StringLike\":{\"aws:username\":\"a*\"}}", true),
    ("{\"StringEquals\":{\"aws:SourceVpc\":\"vpc-1\"}}", false),
    ("{\"Null\":{\"aws:SourceVpc\":\"false\"}}", true),
  ])
  func policiesArePublicIfNothingFixesTheSource(condition: String, isPublic: Bool) throws {
    let text = """
      {"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bkt/*",
       "Condition":\(condition)}}
      """
    #expect(try PolicyDocument([UInt8](text), for: bucket).isPublic == isPublic)
  }
}
