/// The media types of files by the extensions of their names, as a file in the format of `mime.types` lists them: a type
/// at the start of each line, its extensions behind it.
///
/// The table is two flat arrays, so that some thousand extensions cost a process tens of kilobytes and no objects.
public struct MediaTypeTable: Sendable, Equatable {
  /// The longest extension and the longest type that count, in bytes.
  private static let longest = 255

  private struct Entry: Equatable {
    var name: Range<Int>
    var type: Range<Int>
    /// The position of the entry among all: of two with one name the last one counts.
    var position: Int
  }

  /// Names in lower case, and types.
  private var text: [UInt8] = []
  /// Sorted by name; no name stands twice.
  private var entries: [Entry] = []

  /// Reads the contents of a `mime.types`. Lines that are not of that form are left out; of an extension that stands in
  /// several lines the last one counts, as with Apache and Python.
  public init(parsing contents: [UInt8]) {
    for line in contents.split(separator: UInt8(ascii: "\n")) {
      let words = line.prefix { $0 != UInt8(ascii: "#") }
        .split { ASCII.isWhitespace($0) || $0 == ASCII.carriageReturn || $0 == UInt8(ascii: ";") }
      guard let type = words.first, words.count > 1, type.count <= Self.longest, Self.isType(type) else { continue }
      let range = append(type)
      for name in words.dropFirst() where name.count <= Self.longest {
        entries.append(Entry(name: append(name), type: range, position: entries.count))
      }
    }
    sortEntries()
  }

  /// The media type of files whose names end with a dot and `fileExtension`, in any case; nil for one that is not listed.
  public func mediaType(ofExtension fileExtension: some Collection<UInt8>) -> String? {
    guard !fileExtension.isEmpty, fileExtension.count <= Self.longest else { return nil }
    let wanted = fileExtension.map(ASCII.lowercased)
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if text[entries[middle].name].lexicographicallyPrecedes(wanted) { low = middle + 1 } else { high = middle }
    }
    guard low < entries.count, text[entries[low].name].elementsEqual(wanted) else { return nil }
    return String(decoding: text[entries[low].type], as: UTF8.self)
  }

  /// How many extensions are listed.
  public var count: Int { entries.count }

  /// `type/subtype`, both tokens (RFC 9110, section 8.3.1): nothing else may become a field's value.
  private static func isType(_ bytes: ArraySlice<UInt8>) -> Bool {
    let parts = bytes.split(separator: ASCII.slash, omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(ASCIISet.token.contains) }
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>) -> Range<Int> {
    let start = text.count
    for byte in bytes { text.append(ASCII.lowercased(byte)) }
    return start..<text.count
  }

  private mutating func sortEntries() {
    let text = text
    entries.sort { one, other in
      let (first, second) = (text[one.name], text[other.name])
      return first.elementsEqual(second) ? one.position < other.position : first.lexicographicallyPrecedes(second)
    }
    var sorted: [Entry] = []
    sorted.reserveCapacity(entries.count)
    for entry in entries {
      if let last = sorted.last, text[last.name].elementsEqual(text[entry.name]) { sorted.removeLast() }
      sorted.append(entry)
    }
    entries = sorted
    self.text = text
  }
}
