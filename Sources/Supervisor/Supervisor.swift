public import Posix

/// Forks the workers and the janitor and keeps their number, passes signals on, and replaces its own program on HUP.
///
/// It is synchronous and has a single thread, so that it can fork at any time.
public struct Supervisor: ~Copyable {
  /// What a child is there for.
  enum Role: Hashable {
    case worker(slot: Int)
    case janitor

    /// For messages.
    var name: String {
      switch self {
      case .worker(let slot): "worker of slot \(slot)"
      case .janitor: "janitor"
      }
    }
  }

  struct Child {
    var role: Role
    /// On the monotonic clock, in nanoseconds.
    var started: UInt64
  }

  /// Between two looks at the workers, in nanoseconds: as often as they beat.
  private static let lookInterval: UInt64 = 1_000_000_000
  /// A janitor that lived for so long has been at work.
  private static let janitorProof: UInt64 = 5_000_000_000

  let configuration: SupervisorConfiguration
  let socket: ListeningSocket
  let persistentConnections: DescriptorQueue
  let scoreboard: Scoreboard
  private let runWorker: (WorkerContext) -> Never
  private let runJanitor: () -> Never
  static let signals = SignalSet([.hangup, .interrupt, .terminate, .user1, .child, .quit])
  let notification = SystemdNotification()

  var children: [ProcessID: Child] = [:]
  /// Children of the image before this one, which finish what they have.
  var leaving: Set<ProcessID>
  private var policies: [Role: RespawnPolicy] = [:]
  /// When the roles that nobody has are to be filled, on the monotonic clock.
  private var respawns: [Role: UInt64] = [:]
  /// The trial of a reload that is under way.
  var trial: Trial?
  private var hasReportedReady = false
  private var watch: WorkerWatch
  /// When the workers are looked at again, and when the service manager's watchdog is to be fed, on the monotonic clock.
  private var nextLook: UInt64 = 0
  private var nextFeeding: UInt64 = 0

  /// - Parameters:
  ///   - socket: what the workers accept on.
  ///   - persistentConnections: where workers that leave put the connections that the web server keeps.
  ///   - leaving: children of the image before.
  ///   - runWorker: the worker's program; called in the child.
  ///   - runJanitor: the program of the one process that does the chores; called in the child.
  public init(
    _ configuration: SupervisorConfiguration, socket: consuming ListeningSocket,
    persistentConnections: DescriptorQueue, scoreboard: Scoreboard, leaving: [ProcessID],
    runWorker: @escaping (WorkerContext) -> Never, runJanitor: @escaping () -> Never
  ) {
    self.configuration = configuration
    self.socket = socket
    self.persistentConnections = persistentConnections
    self.scoreboard = scoreboard
    self.runWorker = runWorker
    self.runJanitor = runJanitor
    self.leaving = Set(leaving)
    watch = WorkerWatch(slots: configuration.workers)
  }

  /// Has signals wait until the supervisor takes them. Call it before anything is made that a signal would leave
  /// behind; the mask passes on to the children.
  public static func blockSignals() {
    signals.block()
  }

  /// Runs the pool until TERM or INT. The signals must have been blocked.
  /// - Returns: the exit status.
  public consuming func run() -> Int32 {
    for slot in 0..<configuration.workers { respawns[.worker(slot: slot)] = 0 }
    respawns[.janitor] = 0
    while true {
      fillRoles()
      announceReadiness()
      watchWorkers()
      let signal = Self.signals.wait(nanoseconds: pause())
      // Whatever woke it: children may have ended while another program image heard of it.
      reap()
      endOverdueTrial()
      switch signal {
      case .terminate, .interrupt: return stop()
      case .hangup: reload()
      case .user1: signalChildren(.user1)
      default: break
      }
    }
  }

  // MARK: Children

  private mutating func fillRoles() {
    let now = Clock.monotonicNanoseconds()
    for (role, due) in respawns where due <= now {
      respawns[role] = nil
      start(role)
    }
  }

  private mutating func start(_ role: Role) {
    do throws(Errno) {
      switch role {
      case .worker(let slot):
        let context = WorkerContext(
          slot: slot, listener: SharedDescriptor(try socket.descriptor.duplicate()),
          persistentConnections: persistentConnections,
          scoreboard: scoreboard, drainLimit: configuration.drainLimit)
        let runWorker = self.runWorker
        let pid = try fork(role, named: "vitrine-worker") { runWorker(context) }
        scoreboard.occupy(slot, pid: pid, at: UInt64(Clock.now().seconds))
      case .janitor:
        _ = try fork(role, named: "vitrine-janitor", runJanitor)
      }
    } catch {
      configuration.report(3, "cannot fork a \(role.name): \(error)")
      respawns[role] = Clock.monotonicNanoseconds() + pauseAfterDeath(of: role, wasReady: false)
    }
  }

  private mutating func fork(
    _ role: Role, named name: String, _ body: () -> Never
  ) throws(Errno) -> ProcessID {
    let supervisor = ProcessControl.currentID
    switch try ProcessControl.fork() {
    case .child:
      ProcessControl.dieWithParent(.terminate)
      // It may have died before that was said.
      guard ProcessControl.parentID == supervisor else { ProcessControl.exitNow(0) }
      ProcessControl.setName(name)
      body()
    case .parent(let pid):
      children[pid] = Child(role: role, started: Clock.monotonicNanoseconds())
      return pid
    }
  }

  private mutating func reap() {
    while let (pid, end) = (try? ProcessControl.reap()) ?? nil {
      if pid == trial?.pid {
        finishTrial(end)
      } else if leaving.remove(pid) != nil {
        configuration.report(7, "child \(pid) of the program before has finished")
      } else if let child = children.removeValue(forKey: pid) {
        replace(child, pid, end)
      }
    }
  }

  private mutating func replace(_ child: Child, _ pid: ProcessID, _ end: ProcessEnd) {
    let now = Clock.monotonicNanoseconds()
    let wasReady: Bool
    switch child.role {
    case .worker(let slot):
      wasReady = scoreboard.isReady(slot)
      scoreboard.vacate(slot, countsAsRestart: true)
    case .janitor:
      wasReady = now - child.started >= Self.janitorProof
    }
    let pause = pauseAfterDeath(of: child.role, wasReady: wasReady)
    respawns[child.role] = now + pause
    let how =
      switch end {
      case .exited(let status): "exited with status \(status)"
      case .signaled(let signal): "was ended by signal \(signal)"
      }
    let when = pause == 0 ? "at once" : "in \(pause / 1_000_000) ms"
    configuration.report(4, "\(child.role.name) \(pid) \(how); it is replaced \(when)")
  }

  private mutating func pauseAfterDeath(of role: Role, wasReady: Bool) -> UInt64 {
    policies[role, default: RespawnPolicy()].pause(afterDeathOfReadyWorker: wasReady)
  }

  func signalChildren(_ signal: Signal) {
    for pid in children.keys { try? ProcessControl.kill(pid, signal) }
    for pid in leaving { try? ProcessControl.kill(pid, signal) }
  }

  /// Until the next role is due, or the next look; short while workers start.
  private func pause() -> UInt64 {
    if !hasReportedReady { return 5_000_000 }
    let due = min(nextLook, respawns.values.min() ?? .max)
    let now = Clock.monotonicNanoseconds()
    return due <= now ? 0 : min(due - now, 60_000_000_000)
  }

  // MARK: Watchdog

  /// A worker that hangs is killed, which makes room for another; the service manager hears that all is well only
  /// while it is.
  private mutating func watchWorkers() {
    let now = Clock.monotonicNanoseconds()
    guard hasReportedReady, now >= nextLook else { return }
    nextLook = now + Self.lookInterval
    let verdict = watch.look(at: scoreboard.signs)
    for slot in verdict.hung {
      let pid = scoreboard.pid(slot)
      configuration.report(3, "worker of slot \(slot) \(pid) gives no sign of life; it is killed")
      if children[pid] != nil { try? ProcessControl.kill(pid, .kill) }
    }
    if verdict.isHealthy, let limit = notification.watchdogLimit, now >= nextFeeding {
      nextFeeding = now + limit / 3
      notification.alive()
    }
  }

  // MARK: Readiness

  /// Once all workers accept, the old ones may go and the service manager may know.
  private mutating func announceReadiness() {
    guard !hasReportedReady, scoreboard.readyCount == configuration.workers else { return }
    hasReportedReady = true
    for pid in leaving { try? ProcessControl.kill(pid, .quit) }
    configuration.report(6, "ready: \(configuration.workers) workers")
    notification.ready()
  }
}
