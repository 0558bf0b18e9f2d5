import HTTPSemantics

/// The values that many of S3's documents hold.
extension XMLWriter {
  /// A moment, which S3 writes with milliseconds that are always zero.
  mutating func element(_ name: String, time unixSeconds: Int64) {
    element(name, RFC3339.format(unixSeconds, milliseconds: 0))
  }

  /// An entity tag with its quotes.
  mutating func entityTag(_ etag: String) {
    element("ETag", "\"\(etag)\"")
  }

  /// An account in the element `name`.
  mutating func element(_ name: String, _ owner: Owner) {
    element(name) { xml in
      xml.element("ID", owner.id)
      xml.element("DisplayName", owner.displayName)
    }
  }

  /// A checksum, and what it is made of.
  mutating func checksum(_ checksum: ObjectChecksum?) {
    guard let checksum else { return }
    element(checksum.algorithm.elementName, checksum.value)
    element(optional: "ChecksumType", checksum.type?.rawValue)
  }

  /// The common prefixes of a listing, each in an element of its own.
  mutating func commonPrefixes(_ prefixes: [String], _ encoding: EncodingType?) {
    for prefix in prefixes {
      element("CommonPrefixes") { xml in xml.element("Prefix", encoding.encode(prefix)) }
    }
  }
}
