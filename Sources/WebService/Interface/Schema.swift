internal import HTTPSemantics

/// What a JSON value or a parameter may be (JSON Schema, draft 2020-12).
public struct Schema: Sendable {
  private var keywords: [JSONValue.Member]
  /// The schemas that it refers to by their names.
  private(set) var components: [String: Schema] = [:]

  init(_ keywords: [JSONValue.Member], components: [String: Schema] = [:]) {
    self.keywords = keywords
    self.components = components
  }

  /// As it stands in a document.
  var json: JSONValue { .object(keywords) }

  /// Any text.
  public static let text = Schema([.init(name: "type", value: "string")])
  /// Any JSON object.
  public static let anything = Schema([.init(name: "type", value: "object")])
  /// A file.
  public static let file = Schema([.init(name: "type", value: "string"), .init(name: "format", value: "binary")])
  /// True or false.
  public static let flag = Schema([.init(name: "type", value: "boolean")])
  /// A number that can be neither negative nor a fraction.
  public static let count = number(from: 0)

  /// Text of a format that JSON Schema names, such as `date-time`.
  public static func text(format: String) -> Schema { text.with("format", .string(format)) }

  /// Text that an expression (ECMA-262) describes.
  public static func text(pattern: String) -> Schema { text.with("pattern", .string(pattern)) }

  /// Text of so many characters.
  public static func text(lengths: ClosedRange<Int>) -> Schema {
    text.with("minLength", .int(Int64(lengths.lowerBound))).with("maxLength", .int(Int64(lengths.upperBound)))
  }

  /// One of some texts.
  public static func choice(_ texts: [String]) -> Schema { text.with("enum", .array(texts.map { .string($0) })) }

  /// A whole number.
  public static func number(from least: Int64, to most: Int64? = nil) -> Schema {
    let number = Schema([.init(name: "type", value: "integer"), .init(name: "minimum", value: .int(least))])
    return most.map { number.with("maximum", .int($0)) } ?? number
  }

  /// Any number.
  public static let decimal = Schema([.init(name: "type", value: "number")])

  /// A list of such values.
  public static func list(of element: Schema) -> Schema {
    Schema(
      [.init(name: "type", value: "array"), .init(name: "items", value: element.json)], components: element.components)
  }

  /// A list of so many such values.
  public static func list(of element: Schema, counts: ClosedRange<Int>) -> Schema {
    list(of: element).with("minItems", .int(Int64(counts.lowerBound))).with("maxItems", .int(Int64(counts.upperBound)))
  }

  /// Such a value, or null.
  public var orNull: Schema {
    Schema([.init(name: "anyOf", value: [json, ["type": "null"]])], components: components)
  }

  /// One of several schemas, and only one.
  public static func either(_ first: Schema, or second: Schema) -> Schema {
    Schema(
      [.init(name: "oneOf", value: [first.json, second.json])],
      components: first.components.merging(second.components) { first, _ in first })
  }

  /// An object with members; it has no others.
  static func object(
    _ members: [(name: String, schema: Schema, isRequired: Bool)], least: Int = 0
  ) -> Schema {
    let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
    var keywords: [JSONValue.Member] = [
      .init(name: "type", value: "object"),
      .init(name: "properties", value: .object(members.map { .init(name: $0.name, value: $0.schema.json) })),
      .init(name: "additionalProperties", value: false),
    ]
    if least > 0 { keywords.append(.init(name: "minProperties", value: .int(Int64(least)))) }
    if !required.isEmpty { keywords.append(.init(name: "required", value: .array(required))) }
    return Schema(
      keywords, components: members.reduce(into: [:]) { $0.merge($1.schema.components) { first, _ in first } })
  }

  /// A reference to a schema that stands under its name among the components of the document.
  static func reference(to name: String, _ schema: Schema) -> Schema {
    var components = schema.components
    components[name] = schema
    return Schema([.init(name: "$ref", value: .string("#/components/schemas/\(name)"))], components: components)
  }

  /// With a sentence about it.
  func described(_ text: String) -> Schema { with("description", .string(text)) }

  private func with(_ name: String, _ value: JSONValue) -> Schema {
    Schema(keywords + [.init(name: name, value: value)], components: components)
  }
}
