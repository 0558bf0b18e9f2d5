public import Posix

/// What a worker gets from the supervisor when it is forked.
public struct WorkerContext: Sendable {
  /// Its place in the scoreboard.
  public let slot: Int
  /// The listening socket, shared with all workers.
  public let listener: SharedDescriptor
  /// The scoreboard.
  public let scoreboard: Scoreboard
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

/// Forks the workers and the janitor and keeps their number, passes signals on, and replaces its own program on HUP.
///
/// It is synchronous and has a single thread, so that it can fork at any time.
public struct Supervisor: ~Copyable {
  /// What a child is there for.
  private enum Role: Hashable {
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

  private struct Child {
    var role: Role
    /// On the monotonic clock, in nanoseconds.
    var started: UInt64
  }

  /// Between two looks at the workers, in nanoseconds: as often as they beat.
  private static let lookInterval: UInt64 = 1_000_000_000
  /// A janitor that lived for so long has been at work.
  private static let janitorProof: UInt64 = 5_000_000_000

  private let configuration: SupervisorConfiguration
  private let socket: ListeningSocket
  private let scoreboard: Scoreboard
  private let runWorker: (WorkerContext) -> Never
  private let runJanitor: () -> Never
  private let signals = SignalSet([.hangup, .interrupt, .terminate, .user1, .child, .quit])

  private var children: [ProcessID: Child] = [:]
  /// Children of the image before this one, which finish what they have.
  private var leaving: Set<ProcessID>
  private var policies: [Role: RespawnPolicy] = [:]
  /// When the roles that nobody has are to be filled, on the monotonic clock.
  private var respawns: [Role: UInt64] = [:]
  private var trial: ProcessID?
  private var hasToldReady = false
  private var watch: WorkerWatch
  /// When the workers are looked at again, and when the service manager's watchdog is to be fed, on the monotonic clock.
  private var nextLook: UInt64 = 0
  private var nextFeeding: UInt64 = 0

  /// - Parameters:
  ///   - socket: what the workers accept on.
  ///   - leaving: children of the image before.
  ///   - runWorker: the worker's program; called in the child.
  ///   - runJanitor: the program of the one process that does the chores; called in the child.
  public init(
    _ configuration: SupervisorConfiguration, socket: consuming ListeningSocket, scoreboard: Scoreboard,
    leaving: [ProcessID], runWorker: @escaping (WorkerContext) -> Never, runJanitor: @escaping () -> Never
  ) {
    self.configuration = configuration
    self.socket = socket
    self.scoreboard = scoreboard
    self.runWorker = runWorker
    self.runJanitor = runJanitor
    self.leaving = Set(leaving)
    watch = WorkerWatch(slots: configuration.workers)
  }

  /// Runs the pool until TERM or INT.
  /// - Returns: the exit status.
  public consuming func run() -> Int32 {
    signals.block()
    for slot in 0..<configuration.workers { respawns[.worker(slot: slot)] = 0 }
    respawns[.janitor] = 0
    while true {
      fillRoles()
      announceReadiness()
      watchWorkers()
      switch signals.wait(nanoseconds: pause()) {
      case .child: reap()
      case .terminate, .interrupt: return stop()
      case .hangup: startTrial()
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
          slot: slot, listener: SharedDescriptor(try socket.descriptor.duplicate()), scoreboard: scoreboard)
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
    switch try ProcessControl.fork() {
    case .child:
      ProcessControl.dieWithParent(.terminate)
      ProcessControl.setName(name)
      body()
    case .parent(let pid):
      children[pid] = Child(role: role, started: Clock.monotonicNanoseconds())
      return pid
    }
  }

  private mutating func reap() {
    while let (pid, end) = (try? ProcessControl.reap()) ?? nil {
      if pid == trial {
        trial = nil
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

  private func signalChildren(_ signal: Signal) {
    for pid in children.keys { try? ProcessControl.kill(pid, signal) }
    for pid in leaving { try? ProcessControl.kill(pid, signal) }
  }

  /// Until the next role is due, or the next look; short while workers start.
  private func pause() -> UInt64 {
    if !hasToldReady { return 5_000_000 }
    let due = min(nextLook, respawns.values.min() ?? .max)
    let now = Clock.monotonicNanoseconds()
    return due <= now ? 0 : due - now
  }

  // MARK: Watchdog

  /// A worker that hangs is killed, which makes room for another; the service manager hears that all is well only
  /// while it is.
  private mutating func watchWorkers() {
    let now = Clock.monotonicNanoseconds()
    guard hasToldReady, now >= nextLook else { return }
    nextLook = now + Self.lookInterval
    let verdict = watch.look(at: scoreboard.signs)
    for slot in verdict.hung {
      let pid = scoreboard.pid(slot)
      configuration.report(3, "worker of slot \(slot) \(pid) gives no sign of life; it is killed")
      if children[pid] != nil { try? ProcessControl.kill(pid, .kill) }
    }
    if verdict.isHealthy, let limit = SystemdNotification.watchdogLimit, now >= nextFeeding {
      nextFeeding = now + limit / 3
      SystemdNotification.alive()
    }
  }

  // MARK: Readiness

  /// Once all workers accept, the old ones may go and the service manager may know.
  private mutating func announceReadiness() {
    guard !hasToldReady, scoreboard.readyCount == configuration.workers else { return }
    hasToldReady = true
    for pid in leaving { try? ProcessControl.kill(pid, .quit) }
    configuration.report(6, "ready: \(configuration.workers) workers")
    SystemdNotification.ready()
  }

  // MARK: Reload

  /// HUP: the program, perhaps a new one, tries the settings in a child first.
  private mutating func startTrial() {
    guard trial == nil else { return }
    configuration.report(6, "reload: trying the settings")
    do throws(Errno) {
      switch try ProcessControl.fork() {
      case .child:
        signals.unblock()
        Environment.set(TrialRun.variable, "1")
        do throws(Errno) {
          try ProcessControl.execute(configuration.arguments[0], arguments: configuration.arguments)
        } catch {
          configuration.report(3, "cannot execute \(configuration.arguments[0]): \(error)")
          ProcessControl.exitNow(126)
        }
      case .parent(let pid):
        trial = pid
      }
    } catch {
      configuration.report(3, "reload: cannot fork: \(error); going on as before")
    }
  }

  private mutating func finishTrial(_ end: ProcessEnd) {
    guard end == .exited(0) else {
      configuration.report(3, "reload refused: the settings do not hold (see above); going on as before")
      return
    }
    SystemdNotification.reloading()
    do throws(Errno) {
      let handover = try socket.handOver(leaving: Array(children.keys) + Array(leaving))
      Environment.set(Handover.variable, handover.encoded)
      configuration.report(6, "reload: executing \(configuration.arguments[0])")
      // Signals stay blocked across the exec; none is lost.
      try ProcessControl.execute(configuration.arguments[0], arguments: configuration.arguments)
    } catch {
      socket.keep()
      Environment.remove(Handover.variable)
      configuration.report(3, "reload: cannot execute \(configuration.arguments[0]): \(error); going on as before")
      SystemdNotification.ready()
    }
  }

  // MARK: Stop

  /// TERM and INT: requests in flight are finished, up to a limit that the workers keep themselves.
  private mutating func stop() -> Int32 {
    SystemdNotification.stopping()
    configuration.report(6, "stopping: finishing the requests in flight")
    signalChildren(.terminate)
    let deadline = Clock.monotonicNanoseconds() + configuration.drainLimit + 3_000_000_000
    var remaining = Set(children.keys).union(leaving)
    while !remaining.isEmpty {
      while let (pid, _) = (try? ProcessControl.reap()) ?? nil { remaining.remove(pid) }
      if remaining.isEmpty { break }
      if Clock.monotonicNanoseconds() >= deadline {
        for pid in remaining { try? ProcessControl.kill(pid, .kill) }
      }
      // A second TERM changes nothing; a child's end wakes at once.
      _ = signals.wait(nanoseconds: 200_000_000)
    }
    socket.removePath()
    configuration.report(6, "stopped")
    return 0
  }
}
