/// A range of a file to be removed, or to be replaced by something no longer than it.
public struct ByteEdit: Equatable, Sendable {
  /// The range, in offsets of the file before any edit.
  public var range: Range<UInt64>
  /// What comes in its place; nothing to remove it.
  public var replacement: [UInt8]

  /// An edit of a range.
  public init(range: Range<UInt64>, replacement: [UInt8] = []) {
    self.range = range
    self.replacement = replacement
  }
}
