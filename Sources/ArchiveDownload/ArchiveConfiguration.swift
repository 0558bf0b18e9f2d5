/// How the archive service works.
public struct ArchiveConfiguration: Sendable {
  /// How many archives may be in flight.
  public var limits: ArchiveLimits
  /// What clients have of archives that they were not sent whole.
  public var partial: PartialDownloads
  /// The worker's place among all.
  public var slot: Int
  /// Whether to pause between chunks, to try out aborted downloads.
  public var isSlowed: Bool

  /// Nanoseconds for which nobody may have written to a file of a photo folder before it is packed; 0 for any time.
  public var settlingTime: Int64
  /// Whether members get names that every system can unpack, instead of those that they have.
  public var hasPortableNames: Bool

  /// A way to work.
  public init(
    limits: ArchiveLimits, partial: PartialDownloads, slot: Int, isSlowed: Bool, settlingTime: Int64,
    hasPortableNames: Bool
  ) {
    self.limits = limits
    self.partial = partial
    self.slot = slot
    self.isSlowed = isSlowed
    self.settlingTime = settlingTime
    self.hasPortableNames = hasPortableNames
  }
}

/// How many archives may be in flight.
public struct ArchiveLimits: Sendable {
  /// In one worker.
  public var perWorker: Int
  /// For one client address, in all workers together, and who counts them; nil for no limit.
  public var perClient: (count: Int, counts: ClientCounts)?

  /// Limits.
  public init(perWorker: Int, perClient: (count: Int, counts: ClientCounts)?) {
    self.perWorker = perWorker
    self.perClient = perClient
  }
}
