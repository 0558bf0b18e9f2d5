public import Posix

/// What a worker gets from the supervisor when it is forked.
public struct WorkerContext: Sendable {
  /// Its place in the scoreboard.
  public let slot: Int
  /// The listening socket, shared with all workers.
  public let listener: SharedDescriptor
  /// Where a worker that leaves puts the connections that the web server keeps, and the others take them.
  public let persistentConnections: DescriptorQueue
  /// The scoreboard.
  public let scoreboard: Scoreboard
  /// How long TERM waits for requests in flight, in nanoseconds, before they are cut.
  public let drainLimit: UInt64
}

/// How a supervisor runs its pool.
public struct SupervisorConfiguration: Sendable {
  /// Worker processes.
  public var workers: Int
  /// The program's path and arguments, to execute it anew.
  public var arguments: [String]
  /// How long TERM waits for requests in flight, in nanoseconds, before they are cut.
  public var drainLimit: UInt64 = 30_000_000_000
  /// Takes messages: a level of syslog(3), 3 error … 7 debug, and a line.
  public var report: @Sendable (Int, String) -> Void

  /// A pool of so many workers of a program.
  public init(workers: Int, arguments: [String], report: @escaping @Sendable (Int, String) -> Void) {
    self.workers = workers
    self.arguments = arguments
    self.report = report
  }
}
