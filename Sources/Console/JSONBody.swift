internal import EventLoop
internal import FastCGI
internal import HTTPSemantics
internal import WebService

/// The body of a request as JSON.
@EventLoopActor
enum JSONBody {
  private static let limit = 65_536

  /// Reads it to its end, and checks it by what the route declares of it.
  /// - Throws: `malformed-request` for a member that is unknown, stands twice, is missing, or has a value that it may not have.
  static func read(_ exchange: Exchange) async throws(ConsoleProblem) -> JSONValue {
    var bytes: [UInt8] = []
    do throws(RequestFailure) {
      while let next = try await exchange.body.next() {
        if bytes.count <= limit { bytes += next }
      }
    } catch {
      throw ConsoleProblem(.malformedRequest, "the body was cut off")
    }
    guard bytes.count <= limit, let json = try? JSONParser.parse(bytes), case .object(let members) = json else {
      throw ConsoleProblem(.malformedRequest, "the body is no JSON object")
    }
    try check(members, by: exchange.content?.members ?? [])
    guard members.count >= exchange.content?.leastMembers ?? 0 else {
      throw ConsoleProblem(.malformedRequest, "the body has no member")
    }
    return json
  }

  private static func check(
    _ members: [JSONValue.Member], by declared: [BodyMemberDeclaration]
  ) throws(ConsoleProblem) {
    for member in members {
      guard let declaration = declared.first(where: { $0.name == member.name }) else {
        let known = declared.map(\.name).joined(separator: ", ")
        throw ConsoleProblem(
          .malformedRequest, "there is no member \(member.name.prefix(60)) here; known ones: \(known)")
      }
      guard declaration.accepts(member.value) else {
        throw ConsoleProblem(.malformedRequest, "\(member.name) has a value that it cannot have")
      }
    }
    for declaration in declared
    where declaration.isRequired && !members.contains(where: { $0.name == declaration.name }) {
      throw ConsoleProblem(.malformedRequest, "\(declaration.name) is missing")
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
