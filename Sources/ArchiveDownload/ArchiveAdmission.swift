internal import EventLoop

/// Lets downloads begin as long as there are not too many.
@EventLoopActor
final class ArchiveAdmission {
  /// Why a download may not begin.
  enum Refusal: String {
    case worker = "this worker sends as many archives as it may"
    case client = "this client is sent as many archives as it may"
  }

  private let limits: ArchiveLimits
  private let slot: Int
  private(set) var active = 0

  init(_ limits: ArchiveLimits, slot: Int) {
    self.limits = limits
    self.slot = slot
    limits.perClient?.counts.clear(slot)
  }

  /// Counts a download in, or says why not. One that is let in must `leave`.
  func enter(_ address: String) -> Refusal? {
    guard active < limits.perWorker else { return .worker }
    if let (limit, counts) = limits.perClient {
      guard counts.total(address) < UInt64(limit) else { return .client }
      counts.add(address, of: slot)
    }
    active += 1
    return nil
  }

  /// Counts a download out.
  func leave(_ address: String) {
    limits.perClient?.counts.subtract(address, of: slot)
    active -= 1
  }
}
