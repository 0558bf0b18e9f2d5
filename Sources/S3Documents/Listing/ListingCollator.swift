/// Makes a page of a listing out of keys in the order of their bytes.
///
/// A key is listed if it begins with the prefix. Where the delimiter occurs behind the prefix, the key's beginning up
/// to and with it is a common prefix, which stands for all keys that begin so, and counts as one towards the limit. A
/// marker within a common prefix leaves out that prefix: what is listed is behind the marker in the order of items.
///
/// The source of the keys may be as dumb as a loop over all of them. A clever one begins at `start`, and follows each
/// step's hint, so that an index jumps over what a common prefix stands for.
public struct ListingCollator<Entry: Sendable>: Sendable {
  /// Where a listing begins.
  public enum Start: Sendable, Equatable {
    /// With the first key.
    case beginning
    /// Behind a key or a common prefix.
    case after(String)
    /// With a key: some of its entries were not listed yet, such as its later multipart uploads.
    case from(String)
  }

  /// What the source of keys is to do next.
  public enum Step: Sendable, Equatable {
    /// Give the next key.
    case next
    /// Go on with the first key that is not before these bytes, which need not be UTF-8. Keys given all the same are
    /// passed over.
    case seek([UInt8])
    /// The page is complete.
    case done
  }

  private let prefix: [UInt8]
  private let delimiter: [UInt8]
  private let limit: Int
  private var lowerBound: [UInt8]?
  private var lastItem: [UInt8]?
  private var entries: [Entry] = []
  private var commonPrefixes: [String] = []
  private var isTruncated = false

  /// A page that is still empty.
  ///
  /// - Parameters:
  ///   - delimiter: empty for none.
  ///   - limit: entries and common prefixes at most.
  public init(prefix: String = "", delimiter: String = "", start: Start = .beginning, limit: Int) {
    self.prefix = Array(prefix.utf8)
    self.delimiter = Array(delimiter.utf8)
    self.limit = max(0, limit)
    switch start {
    case .beginning: lowerBound = self.prefix
    case .from(let key): lowerBound = Self.later(self.prefix, Array(key.utf8))
    case .after(let marker):
      let marker = Array(marker.utf8)
      let bound = commonPrefix(of: marker).map(Self.successor(ofPrefix:)) ?? marker + [0]
      lowerBound = bound.map { Self.later(self.prefix, $0) }
    }
  }

  /// The bytes before which no key can be on the page; nil if none can.
  public var start: [UInt8]? { limit > 0 ? lowerBound : nil }

  /// What common prefixes are made of: the first key of each is enough for the page. Nil where there is no delimiter.
  public var grouping: (prefix: [UInt8], delimiter: [UInt8])? { delimiter.isEmpty ? nil : (prefix, delimiter) }

  /// Takes the next key.
  ///
  /// - Parameter entry: what is listed for the key; it is asked for only if the key is listed by itself.
  public mutating func add(_ key: [UInt8], _ entry: @autoclosure () -> Entry) -> Step {
    guard limit > 0, let bound = lowerBound else { return .done }
    guard !key.lexicographicallyPrecedes(bound) else { return .seek(bound) }
    guard key.starts(with: prefix) else { return .done }
    guard entries.count + commonPrefixes.count < limit else {
      isTruncated = true
      return .done
    }
    guard let common = commonPrefix(of: key) else {
      entries.append(entry())
      lastItem = key
      return .next
    }
    commonPrefixes.append(String(decoding: common, as: UTF8.self))
    lastItem = Array(common)
    lowerBound = Self.successor(ofPrefix: common)
    return lowerBound.map { .seek($0) } ?? .done
  }

  /// The page, once there are no more keys or the step was `done`.
  public var page: ListingPage<Entry> {
    ListingPage(
      entries: entries, commonPrefixes: commonPrefixes, isTruncated: isTruncated,
      lastItem: lastItem.map { String(decoding: $0, as: UTF8.self) })
  }

  /// The common prefix that `key` is listed under; nil if it is listed by itself.
  private func commonPrefix(of key: [UInt8]) -> ArraySlice<UInt8>? {
    guard let first = delimiter.first, key.starts(with: prefix) else { return nil }
    var rest = key[prefix.count...]
    while let index = rest.firstIndex(of: first) {
      rest = key[index...]
      if rest.starts(with: delimiter) { return key[..<(index + delimiter.count)] }
      rest = rest.dropFirst()
    }
    return nil
  }

  /// The least bytes behind all that begin with `prefix`; nil if there are none.
  private static func successor(ofPrefix prefix: ArraySlice<UInt8>) -> [UInt8]? {
    var successor = Array(prefix)
    while let last = successor.popLast() {
      if last < 0xFF {
        successor.append(last + 1)
        return successor
      }
    }
    return nil
  }

  private static func later(_ first: [UInt8], _ second: [UInt8]) -> [UInt8] {
    first.lexicographicallyPrecedes(second) ? second : first
  }
}
