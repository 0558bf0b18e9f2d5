public import Posix

/// What all workers know together of the clients of archives.
public struct ArchiveClients: Sendable {
  /// Downloads in flight.
  public let counts: ClientCounts
  /// Archives that were not sent whole.
  public let partial: PartialDownloads

  /// Maps memory for so many workers; before the first fork.
  public init(slots: Int) throws(Errno) {
    counts = try ClientCounts(slots: slots)
    partial = try PartialDownloads()
  }
}
