/// An element of a parsed document. Attributes are not kept: no request of S3's needs one.
struct XMLElement: Sendable, Equatable {
  /// The name without its prefix: `Delete`, also where a client wrote `s3:Delete`.
  let name: String
  /// The character data that stand directly in the element, references resolved and line ends made LF. Where there
  /// are elements beside them, white space alone counts for nothing.
  let text: String
  /// The elements that stand directly in the element, in their order.
  let children: [XMLElement]

  /// An element.
  init(name: String, text: String = "", children: [XMLElement] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// The first child of that name.
  func first(_ name: String) -> XMLElement? {
    children.first { $0.name == name }
  }

  /// The children of that name, in their order.
  func all(_ name: String) -> [XMLElement] {
    children.filter { $0.name == name }
  }
}
