internal import HTTPSemantics

/// The ways in which a client may have spelled the names of its metadata: CGI writes `_` as `-`, and version 2 has no
/// list of names that would tell. As it came is the first; then with underscores, as many ways as are worth trying.
struct MetadataSpellings: Sequence, IteratorProtocol {
  /// Places at which each way is tried; where there are more, all are dashes or all underscores.
  private static let locationLimit = 5
  /// Bytes of fields up to which more than one way is tried: each is signed anew.
  private static let sizeLimit = 8192
  private static let prefix = "x-amz-meta-"

  private let fields: HeaderFields
  /// Where a dash stands in a name: the field, and the byte.
  private let locations: [(field: Int, byte: Int)]
  private let count: Int
  private var position = 0

  init(_ fields: HeaderFields) {
    self.fields = fields
    var locations: [(field: Int, byte: Int)] = []
    for (index, field) in fields.fields.enumerated() where field.name.lowercased().hasPrefix(Self.prefix) {
      for (byte, character) in field.name.utf8.enumerated().dropFirst(Self.prefix.utf8.count)
      where character == UInt8(ascii: "-") { locations.append((index, byte)) }
    }
    self.locations = locations
    let size = fields.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    count =
      size > Self.sizeLimit || locations.isEmpty ? 1 : locations.count > Self.locationLimit ? 2 : 1 << locations.count
  }

  mutating func next() -> HeaderFields? {
    guard position < count else { return nil }
    defer { position += 1 }
    if position == 0 { return fields }
    let isAll = locations.count > Self.locationLimit
    var names = fields.fields.map { Array($0.name.utf8) }
    for (index, location) in locations.enumerated() where isAll || position & 1 << index != 0 {
      names[location.field][location.byte] = UInt8(ascii: "_")
    }
    return HeaderFields(
      zip(names, fields.fields).map { (String(decoding: $0, as: UTF8.self), $1.value) })
  }
}
