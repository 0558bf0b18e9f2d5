extension HeaderFields {
  /// The section as bytes: `Name: value` and CRLF for each field, without the empty line that ends a section.
  public var serialized: [UInt8] {
    var bytes: [UInt8] = []
    serialize(into: &bytes)
    return bytes
  }

  /// Appends the section to `bytes`, as `serialized` has it.
  public func serialize(into bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 })
    for field in fields {
      bytes.append(contentsOf: field.name.utf8)
      bytes.append(ASCII.colon)
      bytes.append(ASCII.space)
      bytes.append(contentsOf: field.value.utf8)
      bytes.append(ASCII.carriageReturn)
      bytes.append(ASCII.lineFeed)
    }
  }
}
