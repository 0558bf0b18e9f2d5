internal import HTTPSemantics
internal import S3Documents

/// To whom a statement of a bucket's policy applies.
struct PolicyPrincipals: Equatable, Sendable {
  /// Names of accounts, canonical ids, ARNs; `*` for everybody.
  let names: Set<String>
  /// Whether it is all but these.
  let isNegated: Bool

  static let everybody = PolicyPrincipals(names: ["*"], isNegated: false)

  private init(names: Set<String>, isNegated: Bool) {
    self.names = names
    self.isNegated = isNegated
  }

  /// Reads `Principal` or `NotPrincipal`; nil where there is neither.
  init?(_ principal: JSONValue?, except other: JSONValue?) throws(S3Error) {
    guard let value = principal ?? other else { return nil }
    isNegated = principal == nil
    if let text = value.stringValue {
      guard text == "*" else { throw .malformedPolicy("Invalid principal in policy") }
      names = ["*"]
      return
    }
    guard case .object(let members) = value, !members.isEmpty else {
      throw .malformedPolicy("Invalid principal in policy")
    }
    var names: Set<String> = []
    for member in members {
      guard ["AWS", "CanonicalUser"].contains(member.name), let texts = member.value.texts else {
        throw .malformedPolicy("Invalid principal in policy")
      }
      names.formUnion(texts)
    }
    self.names = names
  }

  /// Whether it names everybody.
  var isEverybody: Bool { names.contains("*") != isNegated }

  func contains(_ caller: Caller) -> Bool {
    names.contains { Self.matches($0, caller) } != isNegated
  }

  /// An account is named by its access key, by its canonical id, or by the last part of an ARN
  /// (`arn:aws:iam::…:user/name`).
  private static func matches(_ name: String, _ caller: Caller) -> Bool {
    if name == "*" { return true }
    guard let account = caller.name else { return false }
    let id = Caller.canonicalID(account)
    if name == account || name == id { return true }
    guard name.hasPrefix("arn:"), let last = name.split(separator: ":").last else { return false }
    let owner = name.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first ?? ""
    let user = last.dropping(prefix: "user/") ?? last
    return user == account || user == id || (last == "root" && (owner == account || owner == id))
  }
}
