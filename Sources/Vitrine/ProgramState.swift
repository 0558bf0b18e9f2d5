internal import EventLoop
internal import HTTPSemantics
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

  /// The metadata of this moment.
  @Sendable func gather() async -> JSONValue {
    await pool.run { [self] in .object(program + load + space) }
  }

  private var program: [JSONValue.Member] {
    let slots = 0..<scoreboard.slots
    let started = slots.map { scoreboard.started($0) }.filter { $0 > 0 }.min()
    return [
      .init(name: "version", value: .string(ProgramVersion.text)),
      .init(name: "workers", value: .int(Int64(scoreboard.readyCount))),
      .init(name: "workers_configured", value: .int(Int64(scoreboard.slots))),
      .init(
        name: "restarts", value: .int(Int64(clamping: slots.reduce(UInt64(0)) { $0 + scoreboard.restarts($1) }))),
      .init(name: "started", value: started.map { .int(Int64(clamping: $0)) } ?? .null),
      .init(name: "requests_active", value: .int(Int64(clamping: metrics.total(.requestsActive)))),
      .init(name: "archives_active", value: .int(Int64(clamping: metrics.total(.archivesActive)))),
      .init(name: "connections", value: .int(Int64(clamping: metrics.total(.connections)))),
    ]
  }

  /// The averages of 1, 5 and 15 minutes (proc(5)), and what they are to be compared with.
  private var load: [JSONValue.Member] {
    let text = (try? FileDescriptor.open("/proc/loadavg", .readOnly).readAll(limit: 256)) ?? []
    let numbers = String(decoding: text, as: UTF8.self).split(separator: " ").prefix(3).compactMap { Double($0) }
    return [
      .init(name: "load", value: .array(numbers.map { .double($0) })),
      .init(name: "processors", value: .int(Int64(ProcessControl.processorCount))),
    ]
  }

  private var space: [JSONValue.Member] {
    guard let space = try? FileSystemSpace(ofPath: settings.data) else { return [] }
    return [
      .init(name: "disk_bytes", value: .int(Int64(clamping: space.totalBytes))),
      .init(name: "disk_available", value: .int(Int64(clamping: space.availableBytes))),
      .init(name: "inodes", value: .int(Int64(clamping: space.totalInodes))),
      .init(name: "inodes_available", value: .int(Int64(clamping: space.availableInodes))),
      .init(
        name: "warnings",
        value: .array(SpaceWarning.all(space).map { .string($0.text(ofPath: settings.data)) })),
    ]
  }
}
