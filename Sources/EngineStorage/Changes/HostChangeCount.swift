/// Counts changes of documents and buckets by all processes of this host, in memory that they share: whoever was told that a
/// change is made may ask another process before that has heard of it from the database.
public struct HostChangeCount: Sendable {
  /// How many there were.
  let value: @Sendable () -> UInt64
  /// Counts one more.
  let advance: @Sendable () -> Void

  /// A count in memory that processes share.
  public init(value: @escaping @Sendable () -> UInt64, advance: @escaping @Sendable () -> Void) {
    self.value = value
    self.advance = advance
  }

  /// The count of a process that is the only one.
  public static let none = HostChangeCount(value: { 0 }, advance: {})
}
