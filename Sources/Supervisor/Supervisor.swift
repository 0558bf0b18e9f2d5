public import Posix

/// What a worker gets from the supervisor when it is forked.
public struct WorkerContext: Sendable {
  /// Its place in the scoreboard.
  public let slot: Int
  /// The listening socket, shared with all workers.
  public let listener: SharedDescriptor
  /// The scoreboard.
  public let scoreboard: Scoreboard
  /// Whether it is among the first workers of this program image, not the successor of one that died.
  public let isFirstGeneration: Bool
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

/// Forks the workers and keeps their number, passes signals on, and replaces its own program on HUP.
///
/// It is synchronous and has a single thread, so that it can fork at any time.
public struct Supervisor: ~Copyable {
  private struct Worker {
    var slot: Int
  }

  private let configuration: SupervisorConfiguration
  private let socket: ListeningSocket
  private let scoreboard: Scoreboard
  private let runWorker: (WorkerContext) -> Never
  private let signals = SignalSet([.hangup, .interrupt, .terminate, .user1, .child, .quit])

  private var workers: [ProcessID: Worker] = [:]
  /// Workers of the image before this one, which finish what they have.
  private var leaving: Set<ProcessID>
  private var policies: [RespawnPolicy]
  /// When the empty slots are to be filled, on the monotonic clock.
  private var respawns: [Int: UInt64] = [:]
  private var trial: ProcessID?
  private var hasToldReady = false
  private var isFirstGeneration = true

  /// - Parameters:
  ///   - socket: what the workers accept on.
  ///   - leaving: workers of the image before.
  ///   - runWorker: the worker's program; called in the child.
  public init(
    _ configuration: SupervisorConfiguration, socket: consuming ListeningSocket, scoreboard: Scoreboard,
    leaving: [ProcessID], runWorker: @escaping (WorkerContext) -> Never
  ) {
    self.configuration = configuration
    self.socket = socket
    self.scoreboard = scoreboard
    self.runWorker = runWorker
    self.leaving = Set(leaving)
    policies = Array(repeating: RespawnPolicy(), count: configuration.workers)
  }

  /// Runs the pool until TERM or INT.
  /// - Returns: the exit status.
  public consuming func run() -> Int32 {
    signals.block()
    for slot in 0..<configuration.workers { respawns[slot] = 0 }
    while true {
      fillSlots()
      isFirstGeneration = false
      announceReadiness()
      switch signals.wait(nanoseconds: pause()) {
      case .child: reap()
      case .terminate, .interrupt: return stop()
      case .hangup: startTrial()
      case .user1: signalWorkers(.user1)
      default: break
      }
    }
  }

  // MARK: Workers

  private mutating func fillSlots() {
    let now = Clock.monotonicNanoseconds()
    for (slot, due) in respawns where due <= now {
      respawns[slot] = nil
      start(slot)
    }
  }

  private mutating func start(_ slot: Int) {
    guard let shared = try? SharedDescriptor(socket.descriptor.duplicate()) else {
      respawns[slot] = Clock.monotonicNanoseconds() + policies[slot].pause(afterDeathOfReadyWorker: false)
      return
    }
    let context = WorkerContext(
      slot: slot, listener: shared, scoreboard: scoreboard, isFirstGeneration: isFirstGeneration)
    do throws(Errno) {
      switch try ProcessControl.fork() {
      case .child:
        ProcessControl.dieWithParent(.terminate)
        ProcessControl.setName("vitrine-worker")
        runWorker(context)
      case .parent(let pid):
        workers[pid] = Worker(slot: slot)
        scoreboard.occupy(slot, pid: pid, at: UInt64(Clock.now().seconds))
      }
    } catch {
      configuration.report(3, "cannot fork a worker: \(error)")
      respawns[slot] = Clock.monotonicNanoseconds() + policies[slot].pause(afterDeathOfReadyWorker: false)
    }
  }

  private mutating func reap() {
    while let (pid, end) = (try? ProcessControl.reap()) ?? nil {
      if pid == trial {
        trial = nil
        finishTrial(end)
      } else if leaving.remove(pid) != nil {
        configuration.report(7, "worker \(pid) of the program before has finished")
      } else if let worker = workers.removeValue(forKey: pid) {
        replace(worker, pid, end)
      }
    }
  }

  private mutating func replace(_ worker: Worker, _ pid: ProcessID, _ end: ProcessEnd) {
    let wasReady = scoreboard.isReady(worker.slot)
    scoreboard.vacate(worker.slot, countsAsRestart: true)
    let pause = policies[worker.slot].pause(afterDeathOfReadyWorker: wasReady)
    respawns[worker.slot] = Clock.monotonicNanoseconds() + pause
    let how =
      switch end {
      case .exited(let status): "exited with status \(status)"
      case .signaled(let signal): "was ended by signal \(signal)"
      }
    let when = pause == 0 ? "at once" : "in \(pause / 1_000_000) ms"
    configuration.report(4, "worker \(pid) in slot \(worker.slot) \(how); it is replaced \(when)")
  }

  private func signalWorkers(_ signal: Signal) {
    for pid in workers.keys { try? ProcessControl.kill(pid, signal) }
    for pid in leaving { try? ProcessControl.kill(pid, signal) }
  }

  /// Until the next slot is due, or for as long as nothing happens; short while workers start.
  private func pause() -> UInt64 {
    if !hasToldReady { return 5_000_000 }
    guard let due = respawns.values.min() else { return 60_000_000_000 }
    let now = Clock.monotonicNanoseconds()
    return due <= now ? 0 : due - now
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
      let handover = try socket.handOver(leaving: Array(workers.keys) + Array(leaving))
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
    signalWorkers(.terminate)
    let deadline = Clock.monotonicNanoseconds() + configuration.drainLimit + 3_000_000_000
    var remaining = Set(workers.keys).union(leaving)
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
