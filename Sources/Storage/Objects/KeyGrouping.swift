/// Keys of which a list needs only the first of each group: those that are the same up to and with a delimiter, the first one
/// behind a prefix. Keys without it are groups of their own.
public struct KeyGrouping: Equatable, Sendable {
  /// What all keys begin with that are wanted.
  public var prefix: [UInt8]
  /// One byte or more.
  public var delimiter: [UInt8]

  /// A grouping.
  public init(prefix: [UInt8], delimiter: [UInt8]) {
    self.prefix = prefix
    self.delimiter = delimiter
  }
}
