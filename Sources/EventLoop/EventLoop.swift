public import Posix

/// The worker's loop: one epoll instance, one thread, and every asynchronous function of the process.
///
/// It is a serial executor and a task executor, so that no thread of the runtime's own pool is ever made. It is made
/// after the fork, once in a process, and installed before the first task.
public final class EventLoop: @unchecked Sendable {
  // What only the loop's thread touches.
  private let poll: EventPoll
  private var jobs = JobQueue()
  private var sources = SourceTable()
  private var timers = TimerHeap()
  private var isRunning = false
  private var cachedNow: UInt64
  private let clock: @Sendable () -> UInt64
  private let threadIdentity: UInt

  // What other threads reach.
  private let wakeUp: WakeUp
  private let foreignJobs = Monitor([UnownedJob]())
  /// The array that `foreignJobs` gets in exchange for its own.
  private var spareForeignJobs: [UnownedJob] = []

  /// How many batches of jobs run before the sockets are looked at again.
  private static let batchesBetweenPolls = 16

  /// Makes a loop for the calling thread.
  /// - Parameter clock: monotonic nanoseconds; tests replace it.
  /// - Throws: the error of a system call that failed.
  public init(clock: @escaping @Sendable () -> UInt64 = Clock.monotonicNanoseconds) throws(EventLoopError) {
    do throws(Errno) {
      poll = try EventPoll(capacity: 512)
      wakeUp = try WakeUp()
      try poll.add(wakeUp.descriptor, [.readable], token: SourceTable.wakeUpToken)
    } catch {
      throw EventLoopError(code: error.rawValue)
    }
    self.clock = clock
    cachedNow = clock()
    threadIdentity = Thread.currentIdentity
  }

  // MARK: The loop of the process

  private static let installed = Monitor<EventLoop?>(nil)
  nonisolated(unsafe) private static var installedLoop: EventLoop?

  /// Makes this the loop of the process. Once, before the first task.
  public func install() {
    Self.installed.withLock { loop in
      precondition(loop == nil, "a process has one loop")
      loop = self
    }
    unsafe Self.installedLoop = self
  }

  /// The loop of this process.
  public static var current: EventLoop {
    // Written once before any reader exists.
    guard let loop = unsafe installedLoop else { fatalError("no loop has been installed in this process") }
    return loop
  }

  // MARK: Running

  /// Runs jobs, timers and sockets until `stop()`. Call it in the thread that made the loop.
  public func run() {
    isRunning = true
    while isRunning {
      runJobs()
      guard isRunning else { break }
      let count = (try? poll.wait(milliseconds: waitingTime())) ?? 0
      cachedNow = clock()
      var hasForeignJobs = false
      for index in 0..<count {
        let (readiness, token) = poll.event(index)
        if token == SourceTable.wakeUpToken {
          // Taken down before the jobs are looked at: one that comes in between raises it again.
          wakeUp.clear()
          hasForeignJobs = true
        } else if let handler = sources.handler(for: token) {
          EventLoopActor.assumeIsolated { handler.becameReady(readiness) }
        }
      }
      if hasForeignJobs { takeForeignJobs() }
      fireTimers()
    }
  }

  /// Starts a task on the loop from outside of it.
  public func start(_ body: @escaping @EventLoopActor @Sendable () async -> Void) {
    _ = Task(executorPreference: self, operation: body)
  }

  /// Lets `run()` return after the current batch. On the loop only.
  @EventLoopActor
  public func stop() {
    isRunning = false
  }

  private func runJobs() {
    for _ in 0..<Self.batchesBetweenPolls {
      guard !jobs.isEmpty else { return }
      let batch = jobs.takeBatch()
      for job in batch {
        unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
      }
      jobs.recycle(batch)
    }
  }

  private func waitingTime() -> Int32 {
    if !jobs.isEmpty { return 0 }
    guard let deadline = timers.nextDeadline else { return -1 }
    let now = clock()
    if deadline <= now { return 0 }
    // Rounded up, so that the loop does not spin through the last part of a millisecond.
    return Int32(clamping: (deadline - now + 999_999) / 1_000_000)
  }

  private func fireTimers() {
    while let timer = timers.popExpired(at: cachedNow) {
      EventLoopActor.assumeIsolated { timer.fire() }
    }
  }

  private func takeForeignJobs() {
    var taken: [UnownedJob] = []
    swap(&taken, &spareForeignJobs)
    foreignJobs.withLock { swap(&$0, &taken) }
    for job in taken { jobs.append(job) }
    taken.removeAll(keepingCapacity: true)
    spareForeignJobs = taken
  }

  // MARK: Time

  /// Monotonic nanoseconds, as of this turn of the loop.
  @EventLoopActor
  public var now: UInt64 { cachedNow }

  /// Runs a function of the loop at a moment of its clock.
  @EventLoopActor
  public func schedule(_ timer: LoopTimer, at deadline: UInt64) {
    timers.schedule(timer, at: deadline)
  }

  /// Takes a timer back; one that is not scheduled is left alone.
  @EventLoopActor
  public func cancel(_ timer: LoopTimer) {
    timers.cancel(timer)
  }

  // MARK: Sockets

  /// Watches a descriptor until it is unregistered; its handler hears of every change (edge-triggered unless the
  /// interest says otherwise).
  @EventLoopActor
  public func register(
    _ descriptor: borrowing FileDescriptor, _ interest: Readiness, handler: any ReadinessHandler
  ) throws(EventLoopError) -> SourceToken {
    let token = sources.insert(handler)
    do throws(Errno) {
      try poll.add(descriptor, interest, token: token.rawValue)
    } catch {
      sources.remove(token)
      throw EventLoopError(code: error.rawValue)
    }
    return token
  }

  /// Changes what a registered descriptor is watched for. What it is ready for at that moment is reported once more.
  @EventLoopActor
  public func update(
    _ descriptor: borrowing FileDescriptor, _ interest: Readiness, _ token: SourceToken
  ) throws(EventLoopError) {
    do throws(Errno) {
      try poll.modify(descriptor, interest, token: token.rawValue)
    } catch {
      throw EventLoopError(code: error.rawValue)
    }
  }

  /// Stops watching, before the descriptor is closed. Events that are already under way are dropped.
  @EventLoopActor
  public func unregister(_ descriptor: borrowing FileDescriptor, _ token: SourceToken) {
    try? poll.remove(descriptor)
    sources.remove(token)
  }
}

extension EventLoop: SerialExecutor, TaskExecutor {
  /// Takes a job from any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if Thread.currentIdentity == threadIdentity {
      jobs.append(job)
    } else {
      let wasEmpty = foreignJobs.withLock { queue in
        queue.append(job)
        return queue.count == 1
      }
      if wasEmpty { wakeUp.raise() }
    }
  }

  /// This loop as the executor of an actor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// This loop as the preference of a task.
  public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    unsafe UnownedTaskExecutor(ordinary: self)
  }

  /// Stops the program if the caller is not on the loop's thread.
  public func checkIsolated() {
    precondition(isCurrentThread, "not on the event loop")
  }

  /// Whether the caller is on the loop's thread.
  var isCurrentThread: Bool { Thread.currentIdentity == threadIdentity }
}

/// A system call of the loop failed.
public struct EventLoopError: Error, Equatable, Sendable {
  /// The error number.
  public let code: Int32
}
