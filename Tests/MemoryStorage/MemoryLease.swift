import Storage
import Synchronization

/// Who holds which lease.
public final class MemoryLeases: Sendable {
  private let holders = Mutex<[String: ObjectIdentifier]>([:])

  /// Nobody holds any.
  public init() {}

  /// One that may take the lease of a name.
  public func lease(_ name: String) -> MemoryLease { MemoryLease(name, self) }

  /// Takes a lease away from whoever holds it, as from one that was cut off.
  public func revoke(_ name: String) { holders.withLock { $0[name] = nil } }

  fileprivate func take(_ name: String, _ holder: ObjectIdentifier) -> Bool {
    holders.withLock { holders in
      if holders[name] == nil { holders[name] = holder }
      return holders[name] == holder
    }
  }

  fileprivate func isHeld(_ name: String, by holder: ObjectIdentifier) -> Bool {
    holders.withLock { $0[name] == holder }
  }

  fileprivate func giveBack(_ name: String, _ holder: ObjectIdentifier) {
    holders.withLock { holders in
      if holders[name] == holder { holders[name] = nil }
    }
  }
}

/// A lease in memory, for tests.
public final class MemoryLease: Lease {
  private let name: String
  private let leases: MemoryLeases

  fileprivate init(_ name: String, _ leases: MemoryLeases) {
    self.name = name
    self.leases = leases
  }

  deinit { leases.giveBack(name, ObjectIdentifier(self)) }

  public nonisolated(nonsending) func take() async throws(StorageError) -> Bool {
    leases.take(name, ObjectIdentifier(self))
  }

  public nonisolated(nonsending) func isHeld() async -> Bool { leases.isHeld(name, by: ObjectIdentifier(self)) }

  public nonisolated(nonsending) func giveBack() async { leases.giveBack(name, ObjectIdentifier(self)) }
}
