internal import EventLoop
internal import Journal
internal import Posix

/// Tells in the log when the file system of the data folder is nearly used up, once until there is room again.
@EventLoopActor
final class SpaceWatch {
  /// Nanoseconds between two looks.
  private static let pause: UInt64 = 60_000_000_000

  private let path: String
  private let log: OperatorLog
  /// A mount that hangs keeps only its own thread.
  private let pool = BlockingPool(name: "space", limit: 1)
  private var reported: Set<SpaceWarning.Resource> = []

  init(path: String, log: OperatorLog) {
    self.path = path
    self.log = log
  }

  /// Goes on for as long as the process lives.
  func run() async {
    while true {
      report(await pool.run { [path] in SpaceWarning.all(ofPath: path) })
      await EventLoop.current.sleep(nanoseconds: Self.pause)
    }
  }

  private func report(_ warnings: [SpaceWarning]) {
    for warning in warnings where reported.insert(warning.resource).inserted { log.warning(warning.text(ofPath: path)) }
    for resource in reported.subtracting(warnings.map(\.resource)) {
      reported.remove(resource)
      log.info("there is room again: \(resource.rawValue) of the file system of \(path)")
    }
  }
}
