internal import Posix

extension Supervisor {
  /// A child that tries the settings.
  struct Trial {
    var pid: ProcessID
    /// When it is given up, on the monotonic clock.
    var deadline: UInt64
    /// Whether another HUP has come since it was started: the settings may have changed behind it.
    var isOutdated = false
  }

  /// How long a trial may take, in nanoseconds: a folder on a dead mount must not end all reloads.
  private static let trialLimit: UInt64 = 30_000_000_000

  /// HUP: the program, perhaps a new one, tries the settings in a child first.
  mutating func reload() {
    guard trial == nil else {
      trial?.isOutdated = true
      return
    }
    configuration.report(6, "reload: trying the settings")
    // Said before anything is tried: a service manager that was asked for the reload then waits for its end.
    notification.reloading()
    do throws(Errno) {
      switch try ProcessControl.fork() {
      case .child:
        ProcessControl.dieWithParent()
        Self.signals.unblock()
        Environment.set(TrialRun.variable, "1")
        do throws(Errno) {
          try ProcessControl.execute(configuration.arguments[0], arguments: configuration.arguments)
        } catch {
          configuration.report(3, "cannot execute \(configuration.arguments[0]): \(error)")
          ProcessControl.exitNow(126)
        }
      case .parent(let pid):
        trial = Trial(pid: pid, deadline: Clock.monotonicNanoseconds() + Self.trialLimit)
      }
    } catch {
      configuration.report(3, "reload: cannot fork: \(error); going on as before")
      notification.ready()
    }
  }

  /// Ends a trial that takes too long; it is refused when its end is heard of.
  func endOverdueTrial() {
    guard let trial, trial.deadline <= Clock.monotonicNanoseconds() else { return }
    configuration.report(3, "reload: trying the settings took too long")
    endTrial()
  }

  func endTrial() {
    if let trial { try? ProcessControl.kill(trial.pid, .kill) }
  }

  mutating func finishTrial(_ end: ProcessEnd) {
    let isOutdated = trial?.isOutdated ?? false
    trial = nil
    guard end == .exited(0) else {
      configuration.report(3, "reload refused: the settings do not hold (see above); going on as before")
      if isOutdated { reload() } else { notification.ready() }
      return
    }
    do throws(Errno) {
      let handover = try socket.handOver(leaving: Array(children.keys) + Array(leaving))
      Environment.set(Handover.variable, handover.encoded)
      try PersistentConnections.handOver(persistentConnections)
      configuration.report(6, "reload: executing \(configuration.arguments[0])")
      // Signals stay blocked across the exec; none is lost.
      try ProcessControl.execute(configuration.arguments[0], arguments: configuration.arguments)
    } catch {
      socket.keep()
      PersistentConnections.keep(persistentConnections)
      Environment.remove(Handover.variable)
      configuration.report(3, "reload: cannot execute \(configuration.arguments[0]): \(error); going on as before")
      notification.ready()
    }
  }
}
