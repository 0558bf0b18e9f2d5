internal import HTTPSemantics
internal import S3Documents

/// One statement of a policy: to whom, what, on what, under which conditions.
struct PolicyStatement: Equatable, Sendable {
  static let resourcePrefix = "arn:aws:s3:::"

  /// A list of patterns, or all but these.
  struct Patterns: Equatable, Sendable {
    var patterns: [WildcardPattern]
    var isNegated: Bool

    func contains(_ text: String) -> Bool {
      patterns.contains { $0.matches(text) } != isNegated
    }
  }

  let isAllowing: Bool
  let principals: PolicyPrincipals
  let actions: Patterns
  let resources: Patterns
  let conditions: [PolicyCondition]

  init(_ json: JSONValue, isOfBucket: Bool) throws(S3Error) {
    guard case .object(let members) = json else { throw .malformedPolicy("Invalid statement") }
    let known: Set = [
      "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
    ]
    for member in members where !known.contains(member.name) {
      throw .malformedPolicy("Unknown field \(member.name)")
    }
    switch json["Effect"]?.stringValue {
    case "Allow": isAllowing = true
    case "Deny": isAllowing = false
    default: throw .malformedPolicy("Invalid effect")
    }
    if isOfBucket {
      guard !isAllowing || json["NotPrincipal"] == nil else {
        throw .malformedPolicy("Allow with NotPrincipal is not allowed.")
      }
      guard let principals = try PolicyPrincipals(json["Principal"], except: json["NotPrincipal"]) else {
        throw .malformedPolicy("Missing required field Principal")
      }
      self.principals = principals
    } else {
      principals = .everybody
    }
    actions = try Self.patterns(json, "Action", ignoringCase: true)
    resources = try Self.patterns(json, "Resource", ignoringCase: false)
    guard
      actions.patterns.allSatisfy({ $0.text == "*" || $0.text.hasPrefix("s3:") || $0.text.hasPrefix("s3*") })
    else { throw .malformedPolicy("Policy has invalid action") }
    conditions = try PolicyCondition.read(json["Condition"])
  }

  private static func patterns(
    _ json: JSONValue, _ name: String, ignoringCase: Bool
  ) throws(S3Error) -> Patterns {
    let isNegated = json[name] == nil
    guard let value = json[name] ?? json["Not\(name)"], let texts = value.texts, !texts.isEmpty else {
      throw .malformedPolicy("Missing required field \(name)")
    }
    return Patterns(
      patterns: texts.map { WildcardPattern(ignoringCase ? $0.lowercased() : $0) }, isNegated: isNegated)
  }

  /// Whether conditions let only some callers through, such as those of a network.
  var narrowsCallers: Bool {
    conditions.contains { ["aws:sourceip", "aws:principalarn", "aws:userid", "aws:username"].contains($0.key) }
  }

  func applies(_ request: AccessRequest, _ caller: Caller, isOfBucket: Bool) -> Bool {
    guard !isOfBucket || principals.contains(caller) else { return false }
    return actions.contains(request.action.lowercased())
      && resources.contains(Self.resourcePrefix + request.resource)
      && conditions.allSatisfy { $0.holds(request.context) }
  }
}

extension AccessRequest {
  /// What it is about: `bucket`, or `bucket/key`.
  var resource: String {
    guard let key else { return bucket }
    return bucket + "/" + String(decoding: key, as: UTF8.self)
  }
}

extension JSONValue {
  /// A text, or a list of nothing but texts.
  var texts: [String]? {
    if let text = stringValue { return [text] }
    guard let list = arrayValue else { return nil }
    let texts = list.compactMap(\.stringValue)
    return texts.count == list.count ? texts : nil
  }
}

extension StringProtocol {
  /// What follows a prefix; nil where the text does not begin with it.
  func dropping(prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
