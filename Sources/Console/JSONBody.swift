internal import EventLoop
internal import HTTPSemantics
internal import WebService

/// The body of a request as JSON.
@EventLoopActor
enum JSONBody {
  /// Reads it to its end, and checks it by what the route declares of it.
  /// - Throws: `malformed-request` for a member that is unknown, stands twice, is missing, or has a value that it may not have.
  static func read(_ exchange: Exchange) async throws(ConsoleProblem) -> JSONValue {
    do throws(BodyObject.Fault) { return try await BodyObject.read(exchange) } catch {
      throw ConsoleProblem(.malformedRequest, error.words)
    }
  }
}

extension BodyObject.Fault {
  fileprivate var words: String {
    switch self {
    case .cut: "the body was cut off"
    case .noObject: "the body is no JSON object"
    case .empty: "the body has no member"
    case .unknown(let name, let known):
      "there is no member \(name.prefix(60)) here; known ones: \(known.joined(separator: ", "))"
    case .repeated(let name): "\(name.prefix(60)) stands twice"
    case .value(let name): "\(name) has a value that it cannot have"
    case .missing(let name): "\(name) is missing"
    }
  }
}

extension JSONValue {
  /// The value of a member that must be there.
  func value<Value>(_ member: BodyMember<Value>) throws(ConsoleProblem) -> Value {
    guard let value = member.value(in: self) else {
      throw ConsoleProblem(.malformedRequest, "\(member.declaration.name) is missing")
    }
    return value
  }
}
