public import HTTPSemantics

/// What the body of a request may be.
public struct RequestContent: Sendable {
  let types: [(type: String, schema: Schema?)]
  let description: String
  /// The members of a JSON object; nil where the body is none.
  public let members: [BodyMemberDeclaration]?

  /// How many members it has at least.
  public let leastMembers: Int

  private init(
    types: [(type: String, schema: Schema?)], description: String, members: [BodyMemberDeclaration]? = nil,
    leastMembers: Int = 0
  ) {
    self.types = types
    self.description = description
    self.members = members
    self.leastMembers = leastMembers
  }

  /// The media type of a form of texts, as browsers send it.
  static let formType = "application/x-www-form-urlencoded"

  /// Whether it may be a form of texts.
  var takesForm: Bool { types.contains { $0.type == Self.formType } }

  /// A JSON object with members.
  /// - Parameters:
  ///   - name: of its schema.
  ///   - least: how many members it has at least, where none of them must be there.
  public static func json(_ name: String, _ members: [BodyMemberDeclaration], least: Int = 0) -> RequestContent {
    RequestContent(
      types: [("application/json", schema(name, members, least: least))],
      description: "A JSON object; other members are refused.",
      members: members, leastMembers: least)
  }

  /// A form of texts.
  /// - Parameters:
  ///   - name: of its schema.
  ///   - orJSON: whether it may be a JSON object as well.
  public static func form(_ name: String, _ members: [BodyMemberDeclaration], orJSON: Bool = false) -> RequestContent {
    let schema = schema(name, members)
    return RequestContent(
      types: (orJSON ? [("application/json", schema)] : []) + [(formType, schema)],
      description: orJSON
        ? "A JSON object, or a form; other members are refused." : "A form; other fields are refused.",
      members: members)
  }

  private static func schema(_ name: String, _ members: [BodyMemberDeclaration], least: Int = 0) -> Schema {
    .reference(
      to: name,
      .object(members.map { ($0.name, $0.schema.described($0.description), $0.isRequired) }, least: least))
  }

  /// Files, either in a form with fields beside them, or one as the body itself.
  /// - Parameters:
  ///   - field: of the file in the form; nil for no form.
  ///   - types: the media types of a body that is the file itself.
  public static func files(
    _ description: String, field: String?, fields: [ParameterDeclaration] = [], types: [String] = []
  ) -> RequestContent {
    var contents: [(type: String, schema: Schema?)] = []
    if let field {
      let members = fields.map { ($0.name, $0.schema.described($0.description), $0.missing != nil) }
      contents.append(("multipart/form-data", .object([(field, .file, true)] + members)))
    }
    contents += types.map { ($0, nil) }
    return RequestContent(types: contents, description: description)
  }

  var json: JSONValue {
    [
      "description": .string(description), "required": true,
      "content": .object(
        types.map { .init(name: $0.type, value: $0.schema.map { ["schema": $0.json] } ?? [:]) }),
    ]
  }

  var components: [String: Schema] {
    types.reduce(into: [:]) { $0.merge($1.schema?.components ?? [:]) { first, _ in first } }
  }
}

/// A member of the JSON object that a request has in its body.
public struct BodyMemberDeclaration: Sendable {
  /// Its name.
  public let name: String
  let schema: Schema
  let description: String
  /// Whether it must be there.
  public let isRequired: Bool
  /// Whether it may have a value.
  public let accepts: @Sendable (JSONValue) -> Bool
}

/// A member with the type that handlers read it as.
public struct BodyMember<Value: Sendable>: Sendable {
  /// All but its type.
  public let declaration: BodyMemberDeclaration
  private let read: @Sendable (JSONValue) -> Value?

  /// - Parameter read: nil for a value that it may not have.
  public init(
    _ name: String, _ schema: Schema, _ description: String, isRequired: Bool = true,
    _ read: @escaping @Sendable (JSONValue) -> Value?
  ) {
    self.read = read
    declaration = BodyMemberDeclaration(
      name: name, schema: schema, description: description, isRequired: isRequired
    ) { read($0) != nil }
  }

  /// Its value in an object; nil where it is not there, or has a value that it may not have.
  public func value(in object: JSONValue) -> Value? { object[declaration.name].flatMap(read) }
}

extension BodyMember where Value == String {
  /// Text.
  public static func text(
    _ name: String, _ description: String, isRequired: Bool = true, schema: Schema = .text
  ) -> BodyMember {
    BodyMember(name, schema, description, isRequired: isRequired, \.stringValue)
  }
}

extension BodyMember where Value == [String] {
  /// A list of so many texts.
  public static func texts(_ name: String, _ counts: ClosedRange<Int>, _ description: String) -> BodyMember {
    BodyMember(name, .list(of: .text, counts: counts), description) { value in
      guard let list = value.arrayValue, counts.contains(list.count) else { return nil }
      let texts = list.compactMap(\.stringValue)
      return texts.count == list.count ? texts : nil
    }
  }
}

extension BodyMember where Value == Bool {
  /// True or false.
  public static func flag(_ name: String, _ description: String, isRequired: Bool = true) -> BodyMember {
    BodyMember(name, .flag, description, isRequired: isRequired) {
      if case .bool(let flag) = $0 { flag } else { nil }
    }
  }
}

extension BodyMember where Value == Int64 {
  /// A whole number within bounds.
  public static func number(
    _ name: String, _ range: ClosedRange<Int64>, _ description: String, isRequired: Bool = true
  ) -> BodyMember {
    BodyMember(name, .number(from: range.lowerBound, to: range.upperBound), description, isRequired: isRequired) {
      $0.intValue.flatMap { range.contains($0) ? $0 : nil }
    }
  }
}
