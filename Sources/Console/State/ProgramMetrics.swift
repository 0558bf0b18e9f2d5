internal import WebService

/// Metrics of the program and the machine.
public struct ProgramMetrics: Sendable {
  /// The version of the program.
  public var version: String
  /// Workers that accept requests, and those that there should be.
  public var workers: (ready: Int, configured: Int)
  /// Workers that had to be replaced.
  public var restarts: UInt64
  /// When the oldest worker was started, in seconds since 1970.
  public var started: UInt64?
  /// What is under way: requests, archives, connections.
  public var active: (requests: UInt64, archives: UInt64, connections: UInt64)
  /// The averages of 1, 5 and 15 minutes.
  public var load: [Double]
  /// Processors that share the load.
  public var processors: Int
  /// The file system of the data; nil where it cannot be asked.
  public var space: Space?
  /// A line for each thing that needs somebody: space that is nearly used up, a database or an engine that is away.
  public var warnings: [String]

  /// The room of a file system.
  public struct Space: Sendable {
    let bytes: (total: UInt64, available: UInt64)
    let inodes: (total: UInt64, available: UInt64)

    /// All of it, and what is left.
    public init(bytes: (total: UInt64, available: UInt64), inodes: (total: UInt64, available: UInt64)) {
      self.bytes = bytes
      self.inodes = inodes
    }
  }

  /// Metrics, each of its own.
  public init(
    version: String, workers: (ready: Int, configured: Int), restarts: UInt64, started: UInt64?,
    active: (requests: UInt64, archives: UInt64, connections: UInt64), load: [Double], processors: Int,
    space: Space?, warnings: [String]
  ) {
    self.version = version
    self.workers = workers
    self.restarts = restarts
    self.started = started
    self.active = active
    self.load = load
    self.processors = processors
    self.space = space
    self.warnings = warnings
  }

  static let members: [JSONMember<ProgramMetrics>] = [
    JSONMember("version", .text, "The version of the program.") { $0.version },
    JSONMember("workers", .count, "Workers that accept requests.") { $0.workers.ready },
    JSONMember("workers_configured", .count, "Workers that there should be.") { $0.workers.configured },
    JSONMember("restarts", .count, "Workers that had to be replaced.") { $0.restarts },
    JSONMember("started", .orNull(.count), "When the oldest was started, in seconds since 1970.") { $0.started },
    JSONMember("requests_active", .count, "Requests under way.") { $0.active.requests },
    JSONMember("archives_active", .count, "Archive downloads under way.") { $0.active.archives },
    JSONMember("connections", .count, "Connections from the web server.") { $0.active.connections },
    JSONMember("load", .list(of: .decimal), "The averages of 1, 5 and 15 minutes.") { $0.load },
    JSONMember("processors", .count, "Processors that share the load.") { $0.processors },
    JSONMember(
      optional: "disk_bytes", .count, "Size of the data's file system, without what is reserved for root."
    ) { $0.space?.bytes.total },
    JSONMember(optional: "disk_available", .count, "Bytes of it that can be had.") { $0.space?.bytes.available },
    JSONMember(optional: "inodes", .count, "Inodes of it.") { $0.space?.inodes.total },
    JSONMember(optional: "inodes_available", .count, "Inodes of it that can be had.") { $0.space?.inodes.available },
    JSONMember("warnings", .list(of: .text), "What is nearly used up, and what of database and engine is away.") {
      $0.warnings
    },
  ]
}
