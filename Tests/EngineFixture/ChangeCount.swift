import EngineStorage
import Synchronization

/// Changes by the processes of a host, without memory that they share.
public final class ChangeCount: Sendable {
  private let count = Atomic<UInt64>(0)

  /// Nothing has changed yet.
  public init() {}

  /// How many there were.
  public var value: UInt64 { count.load(ordering: .sequentiallyConsistent) }

  /// Counts one more.
  public func advance() { count.add(1, ordering: .sequentiallyConsistent) }

  /// As the storage of a process counts them.
  public var ofHost: HostChangeCount { HostChangeCount(value: { self.value }, advance: { self.advance() }) }
}
