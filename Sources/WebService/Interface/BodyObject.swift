public import EventLoop
internal import FastCGI
public import HTTPSemantics

/// The body of a request as an object of members: JSON, or where the route takes one, a form of texts.
@EventLoopActor
public enum BodyObject {
  /// The most bytes that are read.
  private static let limit = 65_536

  /// Why a body is not one that the route takes.
  public enum Fault: Error, Equatable {
    /// The rest of it never came.
    case cut
    /// It is no object of members.
    case noObject
    /// It has none of the members of which one must be there.
    case empty
    /// A member that the route does not have.
    case unknown(name: String, known: [String])
    /// A member that stands twice.
    case repeated(name: String)
    /// A member with a value that it cannot have.
    case value(name: String)
    /// A member that must be there.
    case missing(name: String)
  }

  /// Reads it to its end, and checks it by what the route declares of it.
  public static func read(_ exchange: Exchange) async throws(Fault) -> JSONValue {
    var bytes: [UInt8] = []
    do throws(RequestFailure) {
      while let next = try await exchange.body.next() {
        if bytes.count <= limit { bytes += next }
      }
    } catch {
      throw .cut
    }
    guard bytes.count <= limit else { throw .noObject }
    let members = try isForm(exchange) ? form(bytes) : json(bytes)
    try check(members, by: exchange.content?.members ?? [])
    guard members.count >= exchange.content?.leastMembers ?? 0 else { throw .empty }
    return .object(members)
  }

  private static func isForm(_ exchange: Exchange) -> Bool {
    guard exchange.content?.takesForm == true, let type = exchange.request.fields["content-type"] else { return false }
    return MediaType(parsing: type)?.essence == RequestContent.formType
  }

  private static func json(_ bytes: [UInt8]) throws(Fault) -> [JSONValue.Member] {
    guard let json = try? JSONParser.parse(bytes), case .object(let members) = json else { throw .noObject }
    return members
  }

  private static func form(_ bytes: [UInt8]) throws(Fault) -> [JSONValue.Member] {
    guard let fields = try? QueryParameters(parsing: bytes) else { throw .noObject }
    if let name = fields.firstRepeated() { throw .repeated(name: name) }
    var members: [JSONValue.Member] = []
    for field in fields.parameters {
      guard let name = String(validating: field.name, as: UTF8.self),
        let text = String(validating: field.value, as: UTF8.self)
      else { throw .noObject }
      members.append(.init(name: name, value: .string(text)))
    }
    return members
  }

  private static func check(
    _ members: [JSONValue.Member], by declared: [BodyMemberDeclaration]
  ) throws(Fault) {
    for member in members {
      guard let declaration = declared.first(where: { $0.name == member.name }) else {
        throw .unknown(name: member.name, known: declared.map(\.name))
      }
      guard declaration.accepts(member.value) else { throw .value(name: member.name) }
    }
    for declaration in declared
    where declaration.isRequired && !members.contains(where: { $0.name == declaration.name }) {
      throw .missing(name: declaration.name)
    }
  }
}

extension Problem {
  /// What is answered to a body that the route does not take.
  public init(_ fault: BodyObject.Fault) {
    switch fault {
    case .cut: self.init(.malformedRequest, .bodyCut)
    case .noObject, .empty: self.init(.malformedRequest, .members)
    case .unknown(let name, let known): self.init(.malformedRequest, .unknownParameter(name: name, known: known))
    case .repeated(let name): self.init(.malformedRequest, .repeated(name: name))
    case .value(let name): self.init(.malformedRequest, .parameterValue(name: name))
    case .missing(let name): self.init(.malformedRequest, .missingMember(name: name))
    }
  }
}
