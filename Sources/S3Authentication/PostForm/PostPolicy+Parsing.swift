internal import HTTPSemantics

extension PostPolicy {
  /// Reads the field `policy`: JSON in base 64.
  /// - Throws: `InvalidPolicyDocument`.
  init(base64 text: String) throws(S3AuthenticationError) {
    let lineEnds: Set = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    guard let bytes = Base64.standard.decode(text.utf8.filter { !lineEnds.contains($0) }) else {
      throw Self.invalid("Invalid Base64.")
    }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONParser.parse(Self.unescapingDollars(bytes), maximumDepth: 4)
    } catch {
      throw Self.invalid("Invalid JSON.")
    }
    guard let expirationText = document["expiration"]?.stringValue else {
      throw Self.invalid("Policy missing expiration.")
    }
    // Only the form of ISO 8601 that S3 asks for, of those that RFC 3339 has.
    guard
      expirationText.utf8.contains(UInt8(ascii: "T")), expirationText.utf8.last == UInt8(ascii: "Z"),
      let expiration = RFC3339.parse(expirationText)
    else { throw Self.invalid("Invalid 'expiration' value: '\(expirationText)'") }
    guard let list = document["conditions"]?.arrayValue else { throw Self.invalid("Policy missing conditions.") }
    self.expiration = expiration
    var conditions: [Condition] = []
    for element in list { conditions += try Self.conditions(element) }
    self.conditions = conditions
  }

  /// A policy may write a dollar as `\$`, which JSON does not know.
  private static func unescapingDollars(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isEscaped = false
    for byte in bytes {
      if isEscaped, byte == UInt8(ascii: "$") { result.removeLast() }
      result.append(byte)
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return result
  }

  /// The conditions that one element of the list stands for: `{"acl": "private"}` or `["eq", "$acl", "private"]`.
  private static func conditions(_ element: JSONValue) throws(S3AuthenticationError) -> [Condition] {
    if case .object(let members) = element, !members.isEmpty {
      var conditions: [Condition] = []
      for member in members {
        guard let value = text(member.value) else { throw invalid("Invalid Simple-Condition: value must be a string.") }
        conditions.append(.equals(field: member.name.lowercased(), value: value))
      }
      return conditions
    }
    guard
      case .array(let parts) = element, parts.count == 3,
      let operation = parts[0].stringValue?.lowercased()
    else { throw invalid("Invalid Condition: expecting a Simple-Condition or three elements.") }
    if operation == "content-length-range" { return [try contentLength(parts[1], parts[2])] }
    guard
      let variable = parts[1].stringValue, variable.utf8.first == UInt8(ascii: "$"), let value = text(parts[2])
    else { throw invalid("Invalid Condition: expecting the name of a field with a dollar, and a string.") }
    let field = variable.dropFirst().lowercased()
    switch operation {
    case "eq": return [.equals(field: field, value: value)]
    case "starts-with": return [.startsWith(field: field, prefix: value)]
    default: throw invalid("Invalid Condition: unknown operation '\(operation)'.")
    }
  }

  private static func contentLength(
    _ first: JSONValue, _ second: JSONValue
  ) throws(S3AuthenticationError) -> Condition {
    guard
      let minimum = text(first).flatMap({ Int64($0) }), let maximum = text(second).flatMap({ Int64($0) }),
      minimum >= 0, maximum >= minimum
    else { throw invalid("Invalid content-length-range: expecting two sizes, the smaller first.") }
    return .contentLength(minimum: minimum, maximum: maximum)
  }

  /// A string, or a whole number, which authors write without quotes.
  private static func text(_ value: JSONValue) -> String? {
    value.stringValue ?? value.intValue.map { String($0) }
  }

  private static func invalid(_ reason: String) -> S3AuthenticationError {
    S3AuthenticationError(.invalidPolicyDocument, "Invalid Policy: \(reason)")
  }
}
