public import HTTPSemantics

/// How values of a type are written as JSON, and the schema of what is written: one declaration for both.
public struct JSONType<Value>: Sendable {
  let schema: Schema
  let write: @Sendable (Value) -> JSONValue

  /// A type that is written by a function.
  public init(_ schema: Schema, _ write: @escaping @Sendable (Value) -> JSONValue) {
    self.schema = schema
    self.write = write
  }

  /// A list of values.
  public static func list<Element>(of element: JSONType<Element>) -> JSONType where Value == [Element] {
    JSONType(.list(of: element.schema)) { .array($0.map(element.write)) }
  }

  /// A value, or null.
  public static func orNull<Wrapped>(_ wrapped: JSONType<Wrapped>) -> JSONType where Value == Wrapped? {
    JSONType(wrapped.schema.orNull) { $0.map(wrapped.write) ?? .null }
  }
}

extension JSONType where Value == String {
  /// Text.
  public static var text: JSONType { text(.text) }

  /// A time (RFC 3339).
  public static var time: JSONType { text(.text(format: "date-time")) }

  /// Text of a kind.
  public static func text(_ schema: Schema) -> JSONType { JSONType(schema) { .string($0) } }
}

extension JSONType where Value == Bool {
  /// True or false.
  public static var flag: JSONType { JSONType(.flag) { .bool($0) } }
}

extension JSONType where Value == Double {
  /// A number.
  public static var decimal: JSONType { JSONType(.decimal) { .double($0) } }
}

extension JSONType where Value: BinaryInteger & SendableMetatype {
  /// A number of things, of bytes, of seconds since 1970.
  public static var count: JSONType { JSONType(.count) { .int(Int64(clamping: $0)) } }
}

/// One member of an object: its name, and where its value comes from.
public struct JSONMember<Whole>: Sendable {
  let name: String
  let schema: Schema
  let isAlwaysThere: Bool
  let read: @Sendable (Whole) -> JSONValue?

  private init(
    _ name: String, _ schema: Schema, isAlwaysThere: Bool, _ read: @escaping @Sendable (Whole) -> JSONValue?
  ) {
    self.name = name
    self.schema = schema
    self.isAlwaysThere = isAlwaysThere
    self.read = read
  }

  /// A member that is always there.
  public init<Value>(
    _ name: String, _ type: JSONType<Value>, _ description: String, _ value: @escaping @Sendable (Whole) -> Value
  ) {
    self.init(name, type.schema.described(description), isAlwaysThere: true) { type.write(value($0)) }
  }

  /// A member that is not there where its value is nil.
  public init<Value>(
    optional name: String, _ type: JSONType<Value>, _ description: String,
    _ value: @escaping @Sendable (Whole) -> Value?
  ) {
    self.init(name, type.schema.described(description), isAlwaysThere: false) { value($0).map(type.write) }
  }

  /// The same member of something that has the whole in it.
  public func of<Larger>(_ whole: @escaping @Sendable (Larger) -> Whole) -> JSONMember<Larger> {
    JSONMember<Larger>(name, schema, isAlwaysThere: isAlwaysThere) { [read] in read(whole($0)) }
  }
}

/// An object that the program answers, member by member.
public struct JSONShape<Whole>: Sendable {
  let name: String
  /// Its members.
  public let members: [JSONMember<Whole>]

  /// - Parameter name: of its schema, such as `Picture`.
  public init(_ name: String, _ members: [JSONMember<Whole>]) {
    self.name = name
    self.members = members
  }

  /// The object.
  public func json(_ whole: Whole) -> JSONValue {
    .object(members.compactMap { member in member.read(whole).map { .init(name: member.name, value: $0) } })
  }

  /// What is known of it.
  public var schema: Schema {
    .reference(to: name, .object(members.map { ($0.name, $0.schema, $0.isAlwaysThere) }))
  }

  /// The same as a type of members.
  public var type: JSONType<Whole> { JSONType(schema) { json($0) } }
}
