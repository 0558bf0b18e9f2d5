import HTTPSemantics
import Testing

@testable import S3Documents

/// What policies cost, counted in steps: in time, it would depend on the machine.
@Suite struct PolicyWorkTests {
  private let bucket = try! BucketName("bkt")

  private func steps(_ pattern: String, _ text: String, matches: Bool) throws -> Int {
    var matcher = WildcardMatcher()
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
      .map { PatternText.characters(of: $0.utf8, ignoresCase: false) }
      .map { $0.map { $0 == UInt32(UInt8(ascii: "?")) ? WildcardMatcher.anyCharacter : $0 } }
    #expect(matcher.matches(pieces, PatternText(text.utf8).characters) == matches)
    return matcher.steps
  }

  @Test(arguments: [100, 1_000, 10_000])
  func stepsGrowWithTheLengthsAndNotWithTheirProduct(length: Int) throws {
    let text = String(repeating: "a", count: length)
    for pattern in [
      String(repeating: "*a", count: length / 2) + "*b", "*" + String(repeating: "a", count: length / 2) + "b*",
      "*" + String(repeating: "ab", count: length / 4) + "*", String(repeating: "a*", count: length / 2) + "*b*c",
    ] {
      #expect(try steps(pattern, text, matches: false) <= 4 * (length + pattern.utf8.count))
    }
    let mask = "*" + String(repeating: "?a", count: min(length, 1_024) / 4) + "b*"
    #expect(try steps(mask, text, matches: false) <= length * (1 + mask.utf8.count / 64) + 40 * mask.utf8.count)
  }

  @Test func pieceTooLongToBeLookedForIsNoAnswer() {
    var matcher = WildcardMatcher()
    let piece = [UInt32](repeating: WildcardMatcher.anyCharacter, count: WildcardMatcher.longestMask + 1)
    let text = [UInt32](repeating: 97, count: 2 * WildcardMatcher.longestMask)
    let isMatch = matcher.matches([[], piece, [98]], text + [98])
    #expect(!isMatch)
    #expect(matcher.isBeyondBounds)
  }

  /// Against a matcher that tries everything.
  @Test func patternsMatchWhatTheyShould() throws {
    var state: UInt64 = 4
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    func isMatch(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
      guard let first = pattern.first else { return text.isEmpty }
      let rest = pattern.dropFirst()
      if first == "*" { return isMatch(rest, text) || (!text.isEmpty && isMatch(pattern, text.dropFirst())) }
      guard let character = text.first, first == "?" || first == character else { return false }
      return isMatch(rest, text.dropFirst())
    }
    for _ in 0..<20_000 {
      let pattern = String((0..<random(9)).map { _ in Array("ab*?é")[random(5)] })
      let text = String((0..<random(9)).map { _ in Array("abé")[random(3)] })
      let wildcard = try #require(WildcardPattern(pattern))
      #expect(
        wildcard.matches(PatternText(text.utf8)) == isMatch(Array(pattern)[...], Array(text)[...]), "\(pattern) \(text)"
      )
    }
  }

  private func policy(_ statements: [String]) throws -> PolicyDocument {
    try PolicyDocument([UInt8]("{\"Statement\":[\(statements.joined(separator: ","))]}".utf8), for: bucket)
  }

  private func statement(_ effect: String, _ resources: [String], _ condition: String = "{}") -> String {
    let list = resources.map { "\"arn:aws:s3:::bkt/\($0)\"" }.joined(separator: ",")
    return """
      {"Effect":"\(effect)","Principal":"*","Action":"s3:*","Resource":[\(list)],"Condition":\(condition)}
      """
  }

  @Test func variableThatStandsOftenIsAsLongAsTheResourceAtTheMost() throws {
    let pattern = String(repeating: "${s3:prefix}", count: 32)
    let policy = try policy([statement("Allow", Array(repeating: pattern, count: 40))])
    var context = PolicyContext()
    context["s3:prefix"] = [String(repeating: "p", count: 100_000)]
    let object = PolicyResource.object(bucket, try ObjectKey(String(repeating: "p", count: 1_000)))
    #expect(policy.decide(.anonymous, .getObject, on: object, context) == .none)
    #expect(context.work.steps < 100_000)
    context["s3:prefix"] = ["p"]
    #expect(
      policy.decide(
        .anonymous, .getObject, on: .object(bucket, try ObjectKey(String(repeating: "p", count: 32))), context)
        == .allow)
  }

  @Test func largestPolicyOnTheLongestKeyTakesWhatItsLengthsSay() throws {
    let patterns = (0..<250).map { _ in "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b*" }
    let policy = try policy([statement("Deny", patterns), statement("Allow", ["*"])])
    let context = PolicyContext()
    let object = PolicyResource.object(bucket, try ObjectKey(String(repeating: "a", count: 1_024)))
    #expect(policy.decide(.anonymous, .getObject, on: object, context) == .allow)
    #expect(context.work.steps <= policy.mostSteps(on: object, context))
    #expect(context.work.steps < 1_000_000)
  }

  @Test func whatCostsMoreThanARequestMayIsDenied() throws {
    let policy = try policy([statement("Allow", ["*"]), statement("Deny", ["*a*b*c"])])
    let work = PolicyWork(limit: 20_000)
    let object = PolicyResource.object(bucket, try ObjectKey(String(repeating: "a", count: 1_023) + "c"))
    let decisions = (0..<100).map { _ in
      policy.decide(.anonymous, .deleteObject, on: object, PolicyContext(work: work))
    }
    #expect(decisions.first == .allow)
    #expect(decisions.last == .deny)
    #expect(work.steps < 40_000)
  }

  @Test func thousandKeysOfAnOrdinaryPolicyAreFarBelowTheBound() throws {
    let policy = try policy((0..<20).map { statement("Allow", ["folder\($0)/*"]) })
    let work = PolicyWork()
    for number in 0..<1_000 {
      let object = PolicyResource.object(bucket, try ObjectKey("folder\(number % 20)/a/rather/long/key/\(number).jpg"))
      #expect(policy.decide(.anonymous, .deleteObject, on: object, PolicyContext(work: work)) == .allow)
    }
    #expect(work.steps < PolicyWork.ordinaryLimit / 10)
  }

  @Test(arguments: ["NumericLessThan", "DateLessThan", "Bool", "IpAddress"])
  func valueThatIsTooLongToBeOneIsNotRead(operation: String) throws {
    let value = ["NumericLessThan": "5", "DateLessThan": "2040-01-01", "Bool": "true", "IpAddress": "10.0.0.0/8"]
    let condition =
      "{\"\(operation)\":{\"s3:prefix\":[\((0..<500).map { _ in "\"\(value[operation]!)\"" }.joined(separator: ","))]}}"
    let policy = try policy([statement("Allow", ["*"], condition)])
    var context = PolicyContext()
    context["s3:prefix"] = [String(repeating: "0", count: 60_000)]
    #expect(policy.decide(.anonymous, .getObject, on: .object(bucket, try ObjectKey("k")), context) == .none)
    #expect(context.work.steps < 120_000)
  }

  @Test func preflightThatAsksForVeryManyFieldsIsRefused() throws {
    let rules = try CORSConfiguration(
      document: [UInt8](
        "<CORSConfiguration \(s3Namespace)><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedHeader>x-*</AllowedHeader></CORSRule></CORSConfiguration>"
          .utf8))
    func ask(_ names: [String]) throws {
      _ = try CORSConfiguration.preflight(
        rules,
        [
          "Origin": "http://a", "Access-Control-Request-Method": "GET",
          "Access-Control-Request-Headers": names.joined(separator: ","),
        ], resourceType: "OBJECT")
    }
    try ask((0..<100).map { "X-\($0)" })
    #expect(throws: S3Error.self) { try ask((0..<200).map { "x-\($0)" }) }
    #expect(throws: S3Error.self) { try ask(["x-" + String(repeating: "y", count: 9_000)]) }
  }
}
