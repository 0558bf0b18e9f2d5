import HTTPSemantics

/// Writes a document as compact UTF-8, without layout.
public struct XMLWriter: Sendable {
  /// The namespace of S3's documents.
  public static let s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

  /// What has been written so far.
  public private(set) var bytes: [UInt8]

  /// A writer that has written an XML declaration.
  public init() {
    bytes = Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".utf8)
  }

  /// A whole document: the element `root` with what `content` writes.
  public static func document(
    _ root: String, namespace: String? = s3Namespace, _ content: (inout XMLWriter) -> Void
  ) -> [UInt8] {
    var writer = XMLWriter()
    writer.element(root, attributes: namespace.map { ["xmlns": $0] } ?? [:], content)
    return writer.bytes
  }

  /// An element with what `content` writes in it. Names are the caller's to choose well; values are escaped.
  public mutating func element(
    _ name: String, attributes: KeyValuePairs<String, String> = [:], _ content: (inout XMLWriter) -> Void
  ) {
    open(name, attributes)
    content(&self)
    close(name)
  }

  /// An element with a text.
  public mutating func element(_ name: String, attributes: KeyValuePairs<String, String> = [:], _ text: String) {
    open(name, attributes)
    append(text)
    close(name)
  }

  /// An element with a whole number.
  public mutating func element(_ name: String, _ number: some BinaryInteger) {
    element(name, String(number))
  }

  /// An element with `true` or `false`.
  public mutating func element(_ name: String, _ flag: Bool) {
    element(name, flag ? "true" : "false")
  }

  /// An element with a text, or nothing where there is none.
  public mutating func element(optional name: String, _ text: String?) {
    if let text { element(name, text) }
  }

  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    bytes.append(UInt8(ascii: "<"))
    bytes.append(contentsOf: name.utf8)
    for (name, value) in attributes {
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: name.utf8)
      bytes.append(contentsOf: "=\"".utf8)
      append(value)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: ">"))
  }

  private mutating func close(_ name: String) {
    bytes.append(contentsOf: "</".utf8)
    bytes.append(contentsOf: name.utf8)
    bytes.append(UInt8(ascii: ">"))
  }

  /// Most texts need no escape, and a page of a listing has thousands of them.
  private mutating func append(_ text: String) {
    if text.utf8.allSatisfy(Self.isPlain) {
      bytes.append(contentsOf: text.utf8)
    } else {
      bytes.append(contentsOf: XML.escape(text).utf8)
    }
  }

  /// Whether no character that needs an escape has that byte. 0xEF may be the first of U+FFFE.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0xEF:
      false
    default:
      true
    }
  }
}
