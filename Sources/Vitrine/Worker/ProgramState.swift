internal import Console
internal import EventLoop
internal import Posix
internal import ProgramSettings
internal import Supervisor
internal import WebService

/// What the console tells of the program and the machine.
struct ProgramState: Sendable {
  let scoreboard: Scoreboard
  let metrics: ServiceMetrics
  let settings: Settings
  let pool: BlockingPool
  /// What is away of what several hosts share, a line for each.
  let absences: @Sendable () -> [String]

  /// The figures of this moment.
  @Sendable func gather() async -> ProgramMetrics {
    await pool.run { [self] in current }
  }

  private var current: ProgramMetrics {
    let slots = 0..<scoreboard.slots
    let space = try? FileSystemSpace(ofPath: settings.data)
    let warnings = space.map(SpaceWarning.all)?.map { $0.text(ofPath: settings.data) } ?? []
    return ProgramMetrics(
      version: ProgramVersion.text, workers: (scoreboard.readyCount, scoreboard.slots),
      restarts: slots.reduce(UInt64(0)) { $0 + scoreboard.restarts($1) },
      started: slots.map { scoreboard.started($0) }.filter { $0 > 0 }.min(),
      active: (
        metrics.total(.requestsActive), metrics.total(.archivesActive), metrics.total(.connections)
      ),
      load: load, processors: ProcessControl.processorCount,
      space: space.map {
        ProgramMetrics.Space(
          bytes: ($0.totalBytes, $0.availableBytes), inodes: ($0.totalInodes, $0.availableInodes))
      },
      warnings: warnings + absences())
  }

  /// The averages of 1, 5 and 15 minutes (proc(5)).
  private var load: [Double] {
    let text = (try? FileDescriptor.open("/proc/loadavg", .readOnly).readAll(limit: 256)) ?? []
    return String(decoding: text, as: UTF8.self).split(separator: " ").prefix(3).compactMap { Double($0) }
  }
}
