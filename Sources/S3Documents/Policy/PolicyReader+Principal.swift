import HTTPSemantics

/// The principals that a statement names.
extension PolicyReader {
  /// Reads `Principal` or `NotPrincipal`.
  func principal(
    _ json: JSONValue, _ effect: PolicyStatement.Effect
  ) throws(S3Error) -> PrincipalPattern? {
    let positive = json["Principal"]
    let negative = json["NotPrincipal"]
    guard bucket != nil else {
      guard positive == nil, negative == nil else {
        throw .malformedPolicy("The policy of an account must not name a principal")
      }
      return nil
    }
    guard let value = positive ?? negative else { throw .malformedPolicy("Missing required field Principal") }
    guard positive == nil || negative == nil else {
      throw .malformedPolicy("Statement has both Principal and NotPrincipal")
    }
    guard negative == nil || effect == .deny else { throw .malformedPolicy("Allow with NotPrincipal is not allowed.") }
    let names = try principals(value)
    if names.contains("*") { return negative == nil ? .everyone : .named([]) }
    return negative == nil ? .named(names) : .allBut(names)
  }

  /// The names of principals, `*` among them for everybody. Services and identity providers are taken, and nobody.
  private func principals(_ value: JSONValue) throws(S3Error) -> [String] {
    if value == "*" { return ["*"] }
    guard case .object(let members) = value, !members.isEmpty else {
      throw .malformedPolicy("Invalid principal in policy")
    }
    var names: [String] = []
    for member in members {
      let texts = try texts(member.value, "Principal")
      guard !texts.contains("") else { throw .malformedPolicy("Invalid principal in policy") }
      switch member.name {
      case "AWS": names.append(contentsOf: texts)
      case "CanonicalUser" where !texts.contains("*"): names.append(contentsOf: texts)
      case "Service", "Federated": break
      default: throw .malformedPolicy("Invalid principal in policy")
      }
    }
    return names
  }
}
