import HTTPSemantics

/// Reads policies strictly: what is unknown is refused, since it may have been meant to deny.
struct PolicyReader {
  /// The bucket whose policy it is; nil for an account's.
  let bucket: BucketName?

  /// The statements of the policy that `bytes` write.
  func statements(_ bytes: [UInt8]) throws(S3Error) -> [PolicyStatement] {
    guard bytes.count <= PolicyDocument.maximumSize else {
      throw .malformedPolicy("Policy exceeds the maximum allowed document size.")
    }
    guard let json = try? JSONParser.parse(bytes), case .object = json else {
      throw .malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
    }
    try checkNames(of: json, among: ["Version", "Id", "Statement"])
    if let version = json["Version"] {
      guard version == "2012-10-17" || version == "2008-10-17" else {
        throw .malformedPolicy("The policy must contain a valid version string")
      }
    }
    if let id = json["Id"], id.stringValue == nil { throw .malformedPolicy("Id must be a string") }
    guard let list = json["Statement"] else { throw .malformedPolicy("Missing required field Statement") }
    var statements: [PolicyStatement] = []
    for element in list.arrayValue ?? [list] { statements.append(try statement(element)) }
    guard !statements.isEmpty else { throw .malformedPolicy("Could not parse the policy: Statement is empty!") }
    return statements
  }

  private func statement(_ json: JSONValue) throws(S3Error) -> PolicyStatement {
    guard case .object = json else { throw .malformedPolicy("A statement must be an object") }
    try checkNames(
      of: json,
      among: [
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
      ])
    if let sid = json["Sid"], sid.stringValue == nil { throw .malformedPolicy("Sid must be a string") }
    guard let effect = json["Effect"] else { throw .malformedPolicy("Missing required field Effect") }
    guard let effect = effect.stringValue.flatMap(PolicyStatement.Effect.init) else {
      throw .malformedPolicy("Invalid effect: \(effect.stringValue ?? "")")
    }
    return PolicyStatement(
      effect: effect,
      principal: try principal(json, effect),
      actions: try selection(json, "Action") { pattern, _ in S3Action.isKnown(pattern) },
      resources: try selection(json, "Resource", isValid: isResource),
      conditions: try conditions(json["Condition"]))
  }

  /// Reads `Action` or `NotAction`, `Resource` or `NotResource`.
  private func selection(
    _ json: JSONValue, _ name: String, isValid: (WildcardPattern, String) -> Bool
  ) throws(S3Error) -> PolicyStatement.Selection {
    let positive = json[name]
    let negative = json["Not\(name)"]
    guard let value = positive ?? negative else { throw .malformedPolicy("Missing required field \(name)") }
    guard positive == nil || negative == nil else {
      throw .malformedPolicy("Statement has both \(name) and Not\(name)")
    }
    var patterns: [WildcardPattern] = []
    for text in try texts(value, name) {
      guard let pattern = WildcardPattern(text, ignoresCase: name == "Action"), isValid(pattern, text) else {
        throw .malformedPolicy("Policy has invalid \(name.asciiLowercased)")
      }
      patterns.append(pattern)
    }
    return positive == nil ? .allBut(patterns) : .only(patterns)
  }

  /// Whether a pattern of resources is one of S3's, and of the bucket whose policy it is.
  private func isResource(_ pattern: WildcardPattern, _ text: String) -> Bool {
    if text == "*" { return true }
    guard text.hasPrefix(PolicyResource.arnPrefix) else { return false }
    let name = text.dropFirst(PolicyResource.arnPrefix.count).prefix { $0 != "/" }
    guard !name.isEmpty else { return false }
    guard let bucket else { return true }
    return WildcardPattern(String(name))?.matches(PatternText(bucket.text.utf8)) ?? false
  }

  /// One text, or a list of at least one. Numbers and booleans are texts too.
  func texts(_ json: JSONValue, _ name: String) throws(S3Error) -> [String] {
    var texts: [String] = []
    for element in json.arrayValue ?? [json] {
      switch element {
      case .string(let text): texts.append(text)
      case .int(let number): texts.append(String(number))
      case .double(let number): texts.append(String(number))
      case .bool(let flag): texts.append(flag ? "true" : "false")
      case .null, .array, .object: throw .malformedPolicy("Invalid value of \(name)")
      }
    }
    guard !texts.isEmpty else { throw .malformedPolicy("Invalid value of \(name)") }
    return texts
  }

  private func checkNames(of json: JSONValue, among known: [String]) throws(S3Error) {
    guard case .object(let members) = json else { return }
    for member in members where !known.contains(member.name) {
      throw .malformedPolicy("Unknown field \(member.name)")
    }
  }
}
